//! What one Pod, replayed without a doubt, tells about the cluster.

use super::chain::{Case, Run};
use super::context::Context;
use super::fidelity::asks_for_extended;
use super::solve::{Solution, account_name, mode_unset};
use super::world::PriorityClass;
use serde_json::Value;

impl Context {
    /// Takes in what had to be assumed to reproduce a stored Pod.
    pub fn learn_from(&mut self, case: &Case<'_>, solution: &Solution, reproduced: bool) {
        if !reproduced {
            self.unexplained |= !solution.residue.is_empty();
            return;
        }
        if solution.assumed {
            return;
        }
        for intervention in &solution.guess.interventions {
            self.learn_policy(&intervention.changes, 1);
        }
        self.reproduced += 1;
        if case.plugins {
            self.learn_plugins(case, solution);
        }
    }

    fn learn_plugins(&mut self, case: &Case<'_>, solution: &Solution) {
        let (world, run) = (&solution.guess.world, &solution.run);
        let spec = |field: &str| case.start.get("spec").and_then(|spec| spec.get(field));
        let text = |object: &Value, pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or("").to_owned();
        let account = world.service_accounts.get(&account_name(case)).cloned().unwrap_or_default();
        let facts = self.namespace_mut(case.namespace);
        facts.clear += 1;
        let known = facts.accounts.entry(account_name(case)).or_default();
        if spec("automountServiceAccountToken").is_none()
            && let Some(automount) = account.automount
        {
            known.automount.learn(automount);
        }
        if spec("imagePullSecrets").is_none()
            && let Some(secrets) = account.pull_secrets
        {
            known.pull_secrets.learn(secrets);
        }
        for (which, list) in [("limits", &world.limits.limits), ("requests", &world.limits.requests)] {
            for (resource, value) in list {
                facts.limits.entry((which, resource.clone())).or_default().learn(value.clone());
            }
        }
        facts.unlimited |= facts.limits.is_empty() && lacks_limits(&run.end);
        let class = text(&run.end, "/spec/priorityClassName");
        if let Some(value) = run.end.pointer("/spec/priority") {
            let learned =
                PriorityClass { name: class, value: value.clone(), preemption: run.end.pointer("/spec/preemptionPolicy").cloned() };
            let asked = spec("priorityClassName").and_then(Value::as_str).unwrap_or("").to_owned();
            if asked == learned.name || asked.is_empty() {
                self.priority_classes.entry(asked).or_default().learn(learned);
            }
        }
        let class = text(case.start, "/spec/runtimeClassName");
        if let Some(runtime) = world.runtime_classes.get(&class) {
            self.runtime_classes.entry(class).or_default().learn(runtime.clone());
        }
        if pulls_sometimes(case.start) {
            self.always_pull.learn(world.always_pull);
        }
        if let Some(unset) = mode_unset(case) {
            self.token_mode_unset.learn(unset);
        }
        if let Some(token) = &world.token {
            self.token.learn(token.clone());
        }
        if asks_for_extended(&run.end) {
            self.tolerates_extended_resources.learn(world.tolerates_extended_resources);
        }
    }
}

/// Whether some container was not to pull its image always: only then the plugin shows.
fn pulls_sometimes(pod: &Value) -> bool {
    let containers = pod.pointer("/spec/containers").and_then(Value::as_array).into_iter().flatten();
    containers.filter_map(|container| container.get("imagePullPolicy")).any(|policy| policy != "Always")
}

fn lacks_limits(pod: &Value) -> bool {
    let containers = pod.pointer("/spec/containers").and_then(Value::as_array).into_iter().flatten();
    containers
        .map(|container| container.pointer("/resources/limits").and_then(Value::as_object))
        .any(|limits| limits.is_none_or(serde_json::Map::is_empty))
}

/// Whether a run ended where the server's object is, with nothing against it.
pub fn reproduced(run: &Run, residue: &[crate::diff::Change]) -> bool {
    run.broken.is_none() && residue.is_empty() && run.contradicted.is_empty()
}
