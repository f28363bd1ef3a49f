//! Where, when and as whom to look in CloudWatch: from the command line, and where that is silent from the kubeconfig.

use super::args::LiveArgs;
use super::cluster::{self, Place};
use super::kubeconfig::Kubeconfig;
use super::time::{self, Zone};
use super::{Failure, progress::Stderr};
use crate::source::insights::LiveSettings;
use crate::source::query::Word;
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};

/// The world as `main` sees it.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The clock.
    pub now: DateTime<Utc>,
    /// The zone of times that are written without one.
    pub zone: Zone,
    /// The kubeconfig files, in the order in which they count.
    pub kubeconfigs: Vec<PathBuf>,
    /// How a kubeconfig is read.
    pub read: fn(&Path) -> std::io::Result<String>,
    /// Whether somebody watches stderr.
    pub stderr_is_terminal: bool,
}

impl Environment {
    /// The kubeconfig files that `KUBECONFIG` lists, or `~/.kube/config`
    /// (<https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/>).
    pub fn kubeconfigs(variable: Option<std::ffi::OsString>, home: Option<PathBuf>) -> Vec<PathBuf> {
        match variable.filter(|list| !list.is_empty()) {
            Some(list) => std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect(),
            None => home.map(|home| home.join(".kube").join("config")).into_iter().collect(),
        }
    }
}

/// What is meant by the arguments, and who tells the user how it goes: the place, where it was guessed, and the window are
/// said at once.
///
/// # Errors
/// A usage failure for names, times and URLs that are none, and when nothing tells which cluster.
pub fn settings(args: &LiveArgs, world: &Environment) -> Result<(LiveSettings, Stderr), Failure> {
    let window = time::window(args.since.as_deref(), args.start.as_deref(), args.end.as_deref(), world.now, world.zone)?;
    let kubeconfig = || Kubeconfig::read(&world.kubeconfigs, world.read);
    let Place { groups, region, profile, reason } = cluster::place(&args.clusters, &args.log_groups, kubeconfig)?;
    if args.region.as_deref().is_some_and(|region| Word::parse(region).is_none()) {
        return Err(Failure::usage("--region is not the name of an AWS region, such as eu-west-1"));
    }
    if args.endpoint_url.as_deref().is_some_and(|url| !is_url(url)) {
        return Err(Failure::usage("--endpoint-url is not a URL, such as http://127.0.0.1:4566"));
    }
    let progress = Stderr::new(world.stderr_is_terminal, args.quiet, args.print_query);
    if let Some(reason) = reason {
        progress.say(&reason);
    }
    progress.say(&format!("searching from {} to {}", world.zone.show(window.start), world.zone.show(window.end)));
    let settings = LiveSettings {
        groups,
        window,
        region: args.region.clone().or(region),
        profile: args.profile.clone().or(profile),
        endpoint_url: args.endpoint_url.clone(),
        now: world.now,
    };
    Ok((settings, progress))
}

fn is_url(text: &str) -> bool {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    host.is_some_and(|host| !host.is_empty() && host.bytes().all(|b| b.is_ascii_graphic()))
}
