//! ServiceAccount: the account's name, its token as a volume and mounts, its image pull secrets.
//! <https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/serviceaccount/admission.go>
//!
//! On the second pass it reuses the volume and mounts it into containers that webhooks added.

use super::{Admission, Operation, containers, text};
use crate::replay::world::Token;
use serde_json::{Map, Value, json};

/// Where the token is mounted; a container with a mount there gets none.
pub const MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// What the projected volume's name starts with.
const TOKEN_VOLUME_PREFIX: &str = "kube-api-access-";
/// Stands for the five random characters when nothing in the log tells them.
pub const UNKNOWN_SUFFIX: &str = "?????";
const MIRROR: &str = "kubernetes.io/config.mirror";

pub(super) fn admit(pod: &mut Map<String, Value>, admission: &mut Admission<'_>) -> bool {
    let mirror = pod.get("metadata").and_then(|metadata| metadata.get("annotations")?.get(MIRROR)).is_some();
    if admission.operation != Operation::Create || mirror {
        return false;
    }
    let Some(spec) = super::spec(pod) else { return false };
    let mut changed = false;
    if text(spec, "serviceAccountName").is_empty() {
        spec.insert("serviceAccountName".into(), "default".into());
        spec.insert("serviceAccount".into(), "default".into());
        changed = true;
    }
    let account = admission.world.service_accounts.get(text(spec, "serviceAccountName"));
    let automount = match spec.get("automountServiceAccountToken").and_then(Value::as_bool) {
        Some(said) => said,
        None => account.and_then(|account| account.automount).unwrap_or(true),
    };
    if automount {
        changed |= mount_token(spec, admission);
    }
    let secrets = account.and_then(|account| account.pull_secrets.clone()).unwrap_or_default();
    let none_yet = spec.get("imagePullSecrets").and_then(Value::as_array).is_none_or(Vec::is_empty);
    if none_yet && !secrets.is_empty() {
        spec.insert("imagePullSecrets".into(), Value::Array(secrets));
        changed = true;
    }
    changed
}

fn mount_token(spec: &mut Map<String, Value>, admission: &mut Admission<'_>) -> bool {
    let token = admission.world.token.clone().unwrap_or_else(|| Token::Projected(projected()));
    let is_token = |volume: &Value| match &token {
        Token::Projected(_) => volume.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with(TOKEN_VOLUME_PREFIX)),
        Token::Secret(secret) => volume.pointer("/secret/secretName").and_then(Value::as_str) == Some(secret),
    };
    let present = spec.get("volumes").and_then(Value::as_array).into_iter().flatten().find(|volume| is_token(volume));
    let present = present.and_then(|volume| volume.get("name")?.as_str().map(str::to_owned));
    let drawn = present.is_none();
    let name = present.unwrap_or_else(|| match &token {
        Token::Secret(secret) => secret.clone(),
        Token::Projected(_) => {
            let known = admission.world.token_volumes.get(admission.names_drawn);
            known.cloned().unwrap_or_else(|| format!("{TOKEN_VOLUME_PREFIX}{UNKNOWN_SUFFIX}"))
        }
    });
    let mut needed = false;
    for list in ["initContainers", "containers"] {
        for container in containers(spec, list) {
            let mounts = container.entry("volumeMounts").or_insert_with(|| json!([]));
            let Some(mounts) = mounts.as_array_mut() else { continue };
            if mounts.iter().all(|mount| mount.get("mountPath").and_then(Value::as_str) != Some(MOUNT_PATH)) {
                mounts.push(json!({"name": name, "readOnly": true, "mountPath": MOUNT_PATH}));
                needed = true;
            }
        }
    }
    if drawn && needed {
        // The plugin draws a name whenever there is no volume, but only a used one leaves a trace.
        admission.names_drawn += 1;
        let source = match token {
            Token::Projected(mut shape) => {
                if admission.world.token_mode_unset
                    && let Some(shape) = shape.as_object_mut()
                {
                    shape.shift_remove("defaultMode");
                }
                json!({"name": name, "projected": shape})
            }
            Token::Secret(secret) => json!({"name": name, "secret": {"secretName": secret}}),
        };
        if let Some(volumes) = spec.entry("volumes").or_insert_with(|| json!([])).as_array_mut() {
            volumes.push(source);
        }
    }
    needed
}

/// The projected volume as upstream builds it. OpenShift adds a fourth source.
fn projected() -> Value {
    json!({
        "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]}}
        ],
        "defaultMode": 420
    })
}

/// Whether this is a name the plugin could have drawn: the prefix and five of its alphabet's characters
/// (<https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go>).
pub fn token_volume_name(text: &str) -> bool {
    text.strip_prefix(TOKEN_VOLUME_PREFIX)
        .is_some_and(|suffix| suffix.len() == 5 && suffix.bytes().all(|b| b"bcdfghjklmnpqrstvwxz2456789".contains(&b)))
}
