//! Which log groups, in which region, with which profile, and why: from `--cluster`, `--log-group`, or the current context
//! of the kubeconfig.

use super::Failure;
use super::kubeconfig::{Kubeconfig, User};
use crate::source::insights::Group;
use crate::source::query::Word;

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// At least one.
    pub groups: Vec<Group>,
    /// The region that the groups or the context name; `None` leaves it to the AWS configuration.
    pub region: Option<String>,
    /// The profile that kubectl uses for the cluster.
    pub profile: Option<String>,
    /// How this was found out, where the user did not say it.
    pub reason: Option<String>,
}

/// The groups of clusters and the groups that were named. With neither, the cluster of the current context.
///
/// # Errors
/// A usage failure for names that are none, groups of two regions, and a context that tells of no EKS cluster.
pub fn place(
    clusters: &[String],
    log_groups: &[String],
    kubeconfig: impl FnOnce() -> Result<Kubeconfig, Failure>,
) -> Result<Place, Failure> {
    if clusters.is_empty() && log_groups.is_empty() {
        return of_context(&kubeconfig()?);
    }
    let mut place = Place { groups: Vec::new(), region: None, profile: None, reason: None };
    for name in clusters {
        place.groups.push(of_cluster(name).ok_or_else(|| {
            Failure::usage("--cluster is not the name of an EKS cluster: letters, digits, `-` and `_`, at most 100. `aws eks list-clusters` lists them")
        })?);
    }
    for text in log_groups {
        let (group, region) = log_group(text)?;
        if place.region.is_some() && region.is_some() && place.region != region {
            return Err(Failure::usage("the log groups lie in two regions: run once for each"));
        }
        place.region = place.region.or(region);
        place.groups.push(group);
    }
    let mut seen = std::collections::HashSet::new();
    place.groups.retain(|group| seen.insert(group.identifier.clone()));
    Ok(place)
}

/// The group that EKS writes a cluster's control plane logs to
/// (<https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html>); `None` for what is no cluster name
/// (<https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html>).
fn of_cluster(name: &str) -> Option<Group> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let legal = name.len() <= 100 && name.bytes().all(plain) && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let group = format!("/aws/eks/{name}/cluster");
    legal.then(|| Group { identifier: group.clone(), name: group, eks: true })
}

/// A group by name or ARN (`arn:aws:logs:REGION:ACCOUNT:log-group:NAME`, `:*` at the end is dropped), and its region.
fn log_group(text: &str) -> Result<(Group, Option<String>), Failure> {
    let not_understood = || {
        Failure::usage(
            "--log-group is neither a log group's name (letters, digits and `-_./#`, at most 512) nor its ARN. \
             `aws logs describe-log-groups` lists them",
        )
    };
    let (identifier, name, region) = match text.strip_prefix("arn:") {
        None => (text, text, None),
        Some(arn) => {
            let arn = arn.strip_suffix(":*").unwrap_or(arn);
            let parts: Vec<&str> = arn.splitn(6, ':').collect();
            let [partition, "logs", region, account, "log-group", name] = parts[..] else { return Err(not_understood()) };
            let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if ![partition, region, account].into_iter().all(plain) {
                return Err(not_understood());
            }
            (text.strip_suffix(":*").unwrap_or(text), name, Some(region.to_owned()))
        }
    };
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./#".contains(&b);
    if name.is_empty() || name.len() > 512 || !name.bytes().all(plain) {
        return Err(not_understood());
    }
    let eks = name.strip_prefix("/aws/eks/").and_then(|rest| rest.strip_suffix("/cluster")).is_some();
    Ok((Group { identifier: identifier.to_owned(), name: name.to_owned(), eks }, region))
}

fn of_context(kubeconfig: &Kubeconfig) -> Result<Place, Failure> {
    let current = kubeconfig.current().ok_or_else(|| {
        Failure::usage("which cluster? There is no current kubeconfig context to tell it: give --cluster NAME or --log-group GROUP; `auditdiff pod` also reads files, with -f")
    })?;
    let arn = [current.cluster, current.name].into_iter().find_map(eks_arn);
    let from = |user: &User| {
        user.eks_cluster().map(|name| (name.to_owned(), user.region().map(str::to_owned), "the arguments of its exec plugin"))
    };
    let (name, region, evidence) = current
        .user
        .and_then(from)
        .or_else(|| arn.map(|(region, name)| (name.to_owned(), Some(region.to_owned()), "its cluster's ARN")))
        .or_else(|| eksctl(current.cluster).map(|(name, region)| (name.to_owned(), Some(region.to_owned()), "the name that eksctl gave it")))
        .ok_or_else(|| {
            Failure::usage(
                "the current kubeconfig context tells of no EKS cluster: give --cluster NAME or --log-group GROUP; `auditdiff pod` also reads files, with -f",
            )
        })?;
    let region = region.or_else(|| arn.map(|(region, _)| region.to_owned())).or_else(|| current.server.and_then(server_region));
    let region = region.filter(|region| Word::parse(region).is_some());
    let group = of_cluster(&name).ok_or_else(|| {
        Failure::usage("the current kubeconfig context names a cluster that is no EKS cluster: give --cluster NAME or --log-group GROUP")
    })?;
    let profile = current.user.and_then(User::profile).map(str::to_owned);
    let mut reason = format!("cluster {name}");
    if let Some(region) = &region {
        reason.push_str(&format!(" in {region}"));
    }
    if let Some(profile) = &profile {
        reason.push_str(&format!(", profile {}", profile.escape_debug()));
    }
    reason.push_str(&format!(", after the current kubeconfig context ({evidence})"));
    Ok(Place { groups: vec![group], region, profile, reason: Some(reason) })
}

/// Region and name in `arn:aws:eks:REGION:ACCOUNT:cluster/NAME`, as `aws eks update-kubeconfig` names clusters.
fn eks_arn(text: &str) -> Option<(&str, &str)> {
    let mut parts = text.splitn(6, ':');
    let (Some("arn"), Some(_), Some("eks"), Some(region), Some(_), Some(rest)) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    Some((region, rest.strip_prefix("cluster/")?))
}

/// Name and region in `NAME.REGION.eksctl.io`.
fn eksctl(cluster: &str) -> Option<(&str, &str)> {
    cluster.strip_suffix(".eksctl.io")?.rsplit_once('.')
}

/// The region in `https://ID.gr7.REGION.eks.amazonaws.com`.
fn server_region(server: &str) -> Option<String> {
    let host = server.strip_prefix("https://")?.split(['/', ':']).next()?;
    let front = host.strip_suffix(".eks.amazonaws.com").or_else(|| host.strip_suffix(".eks.amazonaws.com.cn"))?;
    Some(front.rsplit_once('.')?.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    fn no_kubeconfig() -> Result<Kubeconfig, Failure> {
        panic!("the kubeconfig is not needed")
    }

    fn config(name: &str, cluster: &str, user: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: {name}\n\
             contexts: [{{name: '{name}', context: {{cluster: '{cluster}', user: u, namespace: x}}}}]\n\
             clusters: [{{name: '{cluster}', cluster: {{server: https://ABC.gr7.eu-central-1.eks.amazonaws.com, certificate-authority-data: x}}}}]\n\
             users: [{{name: u, user: {user}}}]\n"
        )
    }

    fn inferred(files: &[&str]) -> Result<Place, String> {
        let paths: Vec<PathBuf> = (0..files.len()).map(|n| PathBuf::from(n.to_string())).collect();
        let read = |path: &Path| {
            let place: usize = path.to_str().and_then(|path| path.parse().ok()).expect("a number");
            Ok(files[place].to_owned())
        };
        place(&[], &[], || Kubeconfig::read(&paths, read)).map_err(|failure| failure.message)
    }

    #[test]
    fn a_cluster_has_one_log_group() {
        let place = place(&["prod-1".into(), "prod-1".into()], &[], no_kubeconfig).expect("a place");
        assert_eq!(
            place.groups,
            [Group { identifier: "/aws/eks/prod-1/cluster".into(), name: "/aws/eks/prod-1/cluster".into(), eks: true }]
        );
        assert_eq!((place.region, place.reason), (None, None));
    }

    #[test]
    fn an_arn_tells_the_region() {
        let arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/eks/prod/cluster";
        let place = place(&[], &[format!("{arn}:*"), "/my/own".into()], no_kubeconfig).expect("a place");
        assert_eq!(place.region.as_deref(), Some("eu-west-1"));
        assert_eq!(
            place.groups,
            [
                Group { identifier: arn.into(), name: "/aws/eks/prod/cluster".into(), eks: true },
                Group { identifier: "/my/own".into(), name: "/my/own".into(), eks: false },
            ]
        );
    }

    #[test]
    fn names_that_are_none_are_refused() {
        for cluster in ["", "a b", "a\"b", "a\nb", "../x", "-a", &"a".repeat(101)] {
            assert!(place(&[cluster.into()], &[], no_kubeconfig).is_err(), "{cluster:?}");
        }
        let arn = "arn:aws:logs:eu-west-1:111122223333:log-group";
        for group in ["", "a b", "a\"b", "a\n", arn, &format!("{arn}:"), &format!("{arn}:a\"b"), &"a".repeat(513)] {
            assert!(place(&[], &[group.into()], no_kubeconfig).is_err(), "{group:?}");
        }
        let there = "arn:aws:logs:us-east-1:111122223333:log-group:x".to_owned();
        assert!(place(&[], &[format!("{arn}:x"), there], no_kubeconfig).is_err());
    }

    #[test]
    fn the_current_context_tells_the_cluster() {
        let arn = "arn:aws:eks:eu-west-1:111122223333:cluster/prod";
        let get_token = "{exec: {command: aws, args: [--region, us-east-1, eks, get-token, --cluster-name, shop, --profile, ops]}}";
        let authenticator =
            "{exec: {command: /usr/bin/aws-iam-authenticator, args: [token, -i, shop], env: [{name: AWS_PROFILE, value: ops}]}}";
        let no_args = "{exec: {command: aws, args: null, env: null}}";
        let reasons = [
            config("any", arn, get_token),
            config("any", "any", authenticator),
            config(arn, arn, no_args),
            config("renamed", arn, "{token: x}"),
            config("me@dev.ap-south-1.eksctl.io", "dev.ap-south-1.eksctl.io", "{}"),
        ]
        .map(|file| inferred(&[&file]).expect("a place").reason.expect("a reason"));
        insta::assert_snapshot!(reasons.join("\n"), @r#"
        cluster shop in us-east-1, profile ops, after the current kubeconfig context (the arguments of its exec plugin)
        cluster shop in eu-central-1, profile ops, after the current kubeconfig context (the arguments of its exec plugin)
        cluster prod in eu-west-1, after the current kubeconfig context (its cluster's ARN)
        cluster prod in eu-west-1, after the current kubeconfig context (its cluster's ARN)
        cluster dev in ap-south-1, after the current kubeconfig context (the name that eksctl gave it)
        "#);
    }

    #[test]
    fn of_several_files_the_first_word_counts() {
        let arn = |name: &str| format!("arn:aws:eks:eu-west-1:111122223333:cluster/{name}");
        let place = inferred(&["", &config("first", &arn("first"), "{}"), &config("second", &arn("second"), "{}")]).expect("a place");
        assert_eq!(place.groups[0].name, "/aws/eks/first/cluster");
    }

    #[test]
    fn a_context_that_tells_nothing_is_said_so() {
        let evil = "{exec: {command: aws, args: [eks, get-token, --cluster-name, \"a\\nb\"]}}";
        let messages = [
            inferred(&[]),
            inferred(&["current-context: gone"]),
            inferred(&[&config("kind-dev", "kind-dev", "{}")]),
            inferred(&[&config("any", "any", evil)]),
            inferred(&["- a\n- list"]),
        ]
        .map(|place| place.expect_err("no place"));
        insta::assert_snapshot!(messages.join("\n"), @r#"
        which cluster? There is no current kubeconfig context to tell it: give --cluster NAME or --log-group GROUP; `auditdiff pod` also reads files, with -f
        which cluster? There is no current kubeconfig context to tell it: give --cluster NAME or --log-group GROUP; `auditdiff pod` also reads files, with -f
        the current kubeconfig context tells of no EKS cluster: give --cluster NAME or --log-group GROUP; `auditdiff pod` also reads files, with -f
        the current kubeconfig context names a cluster that is no EKS cluster: give --cluster NAME or --log-group GROUP
        cannot read the kubeconfig 0: it is not YAML of that kind. Or give --cluster NAME
        "#);
    }
}
