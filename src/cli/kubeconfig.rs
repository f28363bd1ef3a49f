//! The parts of a kubeconfig that tell of a cluster's origin
//! (<https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/>). Credentials in it are never read.

use super::Failure;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One or several kubeconfig files, merged.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Kubeconfig {
    current_context: Option<String>,
    contexts: Vec<NamedContext>,
    clusters: Vec<NamedCluster>,
    users: Vec<NamedUser>,
}

/// The current context with what it refers to.
#[derive(Debug)]
pub struct Current<'a> {
    /// The context's name.
    pub name: &'a str,
    /// Its cluster's name.
    pub cluster: &'a str,
    /// Its cluster's URL.
    pub server: Option<&'a str>,
    /// Its user.
    pub user: Option<&'a User>,
}

#[derive(Debug, Deserialize)]
struct NamedContext {
    name: String,
    context: Context,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Context {
    cluster: String,
    user: String,
}

#[derive(Debug, Deserialize)]
struct NamedCluster {
    name: String,
    cluster: Cluster,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cluster {
    server: Option<String>,
}

#[derive(Debug, Deserialize)]
struct NamedUser {
    name: String,
    user: User,
}

/// How a user gets a token.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct User {
    exec: Option<Exec>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Exec {
    command: String,
    args: Option<Vec<String>>,
    env: Option<Vec<Variable>>,
}

#[derive(Debug, Deserialize)]
struct Variable {
    name: String,
    value: String,
}

impl Kubeconfig {
    /// Reads the files in order and merges them as kubectl does: the first one to name something wins. A missing file is
    /// an empty one.
    ///
    /// # Errors
    /// A usage failure for a file that cannot be read or is no kubeconfig.
    pub fn read(paths: &[PathBuf], read: impl Fn(&Path) -> std::io::Result<String>) -> Result<Kubeconfig, Failure> {
        let mut merged = Kubeconfig::default();
        for path in paths {
            let unusable =
                |why: &str| Failure::usage(format!("cannot read the kubeconfig {}: {why}. Or give --cluster NAME", path.display()));
            let text = match read(path) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                text => text.map_err(|error| unusable(&error.to_string()))?,
            };
            let one: Option<Kubeconfig> = serde_saphyr::from_str(&text).map_err(|_| unusable("it is not YAML of that kind"))?;
            let one = one.unwrap_or_default();
            merged.current_context = merged.current_context.or(one.current_context.filter(|name| !name.is_empty()));
            merged.contexts.extend(one.contexts);
            merged.clusters.extend(one.clusters);
            merged.users.extend(one.users);
        }
        Ok(merged)
    }

    /// The current context; `None` if there is none.
    pub fn current(&self) -> Option<Current<'_>> {
        let name = self.current_context.as_deref()?;
        let context = &self.contexts.iter().find(|context| context.name == name)?.context;
        let cluster = self.clusters.iter().find(|cluster| cluster.name == context.cluster);
        let user = self.users.iter().find(|user| user.name == context.user);
        Some(Current {
            name,
            cluster: &context.cluster,
            server: cluster.and_then(|cluster| cluster.cluster.server.as_deref()),
            user: user.map(|user| &user.user),
        })
    }
}

impl User {
    /// The cluster in `aws eks get-token --cluster-name NAME` or `aws-iam-authenticator token -i NAME`.
    pub fn eks_cluster(&self) -> Option<&str> {
        let command = self.exec.as_ref()?.command.as_str();
        match command.rsplit(['/', '\\']).next()?.trim_end_matches(".exe") {
            "aws" => self.argument(&["--cluster-name"]),
            "aws-iam-authenticator" => self.argument(&["-i", "--cluster-id"]),
            _ => None,
        }
    }

    /// The region in the arguments or the environment of the plugin.
    pub fn region(&self) -> Option<&str> {
        self.argument(&["--region"]).or_else(|| self.variable("AWS_REGION")).or_else(|| self.variable("AWS_DEFAULT_REGION"))
    }

    /// The profile in the arguments or the environment of the plugin.
    pub fn profile(&self) -> Option<&str> {
        self.argument(&["--profile"]).or_else(|| self.variable("AWS_PROFILE"))
    }

    /// The value after one of these flags, or behind its `=`.
    fn argument(&self, flags: &[&str]) -> Option<&str> {
        let args = self.exec.as_ref()?.args.as_deref()?;
        args.iter().enumerate().find_map(|(place, arg)| match arg.split_once('=') {
            Some((flag, value)) if flags.contains(&flag) => Some(value),
            _ if flags.contains(&arg.as_str()) => args.get(place + 1).map(String::as_str),
            _ => None,
        })
    }

    fn variable(&self, name: &str) -> Option<&str> {
        let variables = self.exec.as_ref()?.env.as_deref()?;
        variables.iter().find(|variable| variable.name == name).map(|variable| variable.value.as_str())
    }
}
