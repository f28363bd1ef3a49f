//! API defaulting of Pods, as it runs after every decode.
//!
//! After <https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/v1/defaults.go>. The object is expected to be
//! decoded ([`super::typed`]); defaulting a defaulted object changes nothing.

use super::typed::quantity;
use serde_json::{Map, Value, json};

/// Defaults a whole Pod.
pub fn pod(object: &mut Value) {
    let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) else { return };
    for list in ["containers", "initContainers"] {
        items(spec, list).for_each(requests_from_limits);
    }
    pod_level_requests(spec);
    spec.entry("enableServiceLinks").or_insert(Value::Bool(true));
    pod_spec(spec);
}

/// Defaults a Pod's spec, as in the template of a workload: all but the defaults that only a Pod itself gets.
pub fn pod_spec(spec: &mut Map<String, Value>) {
    if spec.get("hostNetwork") == Some(&Value::Bool(true)) {
        for list in ["containers", "initContainers"] {
            items(spec, list).for_each(host_ports);
        }
    }
    text(spec, "dnsPolicy", "ClusterFirst");
    text(spec, "restartPolicy", "Always");
    absent(spec, "securityContext", json!({}));
    absent(spec, "terminationGracePeriodSeconds", json!(30));
    text(spec, "schedulerName", "default-scheduler");
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        items(spec, list).for_each(container);
    }
    items(spec, "volumes").for_each(volume);
}

fn items<'a>(of: &'a mut Map<String, Value>, list: &str) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    of.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}

fn member<'a>(of: &'a mut Map<String, Value>, name: &str) -> Option<&'a mut Map<String, Value>> {
    of.get_mut(name)?.as_object_mut()
}

fn absent(of: &mut Map<String, Value>, name: &str, default: Value) {
    of.entry(name).or_insert(default);
}

/// For strings that count as missing when empty.
fn text(of: &mut Map<String, Value>, name: &str, default: &str) {
    if of.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
        of.insert(name.into(), Value::from(default));
    }
}

/// For numbers that count as missing when zero.
fn number(of: &mut Map<String, Value>, name: &str, default: i64) {
    if of.get(name).and_then(Value::as_i64).is_none_or(|found| found == 0) {
        of.insert(name.into(), Value::from(default));
    }
}

fn requests_from_limits(container: &mut Map<String, Value>) {
    let Some(resources) = member(container, "resources") else { return };
    let Some(limits) = resources.get("limits").and_then(Value::as_object).cloned() else { return };
    if limits.is_empty() {
        return;
    }
    let requests = resources.entry("requests").or_insert_with(|| json!({}));
    if let Some(requests) = requests.as_object_mut() {
        for (name, limit) in limits {
            requests.entry(name).or_insert(limit);
        }
    }
}

/// From 1.34 (PodLevelResources): a Pod with resources of its own gets the requests its containers add up to.
fn pod_level_requests(spec: &mut Map<String, Value>) {
    if !spec.get("resources").is_some_and(Value::is_object) {
        return;
    }
    let mut requests = spec["resources"].get("requests").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, total) in container_requests(spec) {
        if supported_at_pod_level(&name) {
            requests.entry(name).or_insert(total);
        }
    }
    let limits = spec["resources"].get("limits").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, limit) in limits {
        if supported_at_pod_level(&name) {
            requests.entry(name).or_insert(limit);
        }
    }
    if !requests.is_empty() {
        spec["resources"]["requests"] = Value::Object(requests);
    }
}

fn supported_at_pod_level(resource: &str) -> bool {
    resource == "cpu" || resource == "memory" || resource.starts_with("hugepages-")
}

/// Containers and restartable init containers run side by side; each other init container runs beside the restartable
/// ones started before it. The Pod needs the largest of these sums.
fn container_requests(spec: &Map<String, Value>) -> Map<String, Value> {
    let requests = |container: &Value| container.pointer("/resources/requests").and_then(Value::as_object).cloned().unwrap_or_default();
    let list = |name: &str| spec.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let plus = |into: &mut Map<String, Value>, more: &Map<String, Value>| {
        for (name, amount) in more {
            let total = match into.get(name) {
                Some(so_far) => quantity::sum([so_far, amount].into_iter()).map_or_else(|| amount.clone(), Value::from),
                None => amount.clone(),
            };
            into.insert(name.clone(), total);
        }
    };
    let mut running = Map::new();
    list("containers").iter().for_each(|container| plus(&mut running, &requests(container)));
    let (mut sidecars, mut starting) = (Map::new(), Vec::new());
    for container in list("initContainers") {
        let own = requests(&container);
        if container.get("restartPolicy").and_then(Value::as_str) == Some("Always") {
            plus(&mut running, &own);
            plus(&mut sidecars, &own);
            starting.push(sidecars.clone());
        } else {
            let mut beside = sidecars.clone();
            plus(&mut beside, &own);
            starting.push(beside);
        }
    }
    for peak in starting {
        for (name, amount) in peak {
            if running.get(&name).is_none_or(|so_far| quantity::greater(&amount, so_far)) {
                running.insert(name, amount);
            }
        }
    }
    running
}

fn host_ports(container: &mut Map<String, Value>) {
    for port in items(container, "ports") {
        if let Some(number) = port.get("containerPort").cloned()
            && port.get("hostPort").and_then(Value::as_i64).is_none_or(|port| port == 0)
        {
            port.insert("hostPort".into(), number);
        }
    }
}

fn container(container: &mut Map<String, Value>) {
    if container.get("imagePullPolicy").and_then(Value::as_str).is_none_or(str::is_empty) {
        let image = container.get("image").and_then(Value::as_str).unwrap_or("");
        container.insert("imagePullPolicy".into(), pull_policy(image).into());
    }
    text(container, "terminationMessagePath", "/dev/termination-log");
    text(container, "terminationMessagePolicy", "File");
    items(container, "ports").for_each(|port| text(port, "protocol", "TCP"));
    for source in items(container, "env").filter_map(|env| member(env, "valueFrom")) {
        member(source, "fieldRef").into_iter().for_each(field_ref);
        member(source, "fileKeyRef").into_iter().for_each(|key| absent(key, "optional", Value::Bool(false)));
    }
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        member(container, name).into_iter().for_each(probe);
    }
    for hook in ["postStart", "preStop"] {
        let handler = member(container, "lifecycle").and_then(|lifecycle| member(lifecycle, hook));
        handler.and_then(|handler| member(handler, "httpGet")).into_iter().for_each(http_get);
    }
}

fn probe(probe: &mut Map<String, Value>) {
    number(probe, "timeoutSeconds", 1);
    number(probe, "periodSeconds", 10);
    number(probe, "successThreshold", 1);
    number(probe, "failureThreshold", 3);
    member(probe, "httpGet").into_iter().for_each(http_get);
    member(probe, "grpc").into_iter().for_each(|grpc| absent(grpc, "service", Value::from("")));
}

fn http_get(action: &mut Map<String, Value>) {
    text(action, "path", "/");
    text(action, "scheme", "HTTP");
}

fn field_ref(reference: &mut Map<String, Value>) {
    text(reference, "apiVersion", "v1");
}

/// Always for the tag `latest` and for neither tag nor digest, else IfNotPresent.
pub fn pull_policy(image: &str) -> &'static str {
    if image.contains('@') {
        // A digest needs no tag; only an explicit `latest` beside it counts.
        let name = image.split('@').next().unwrap_or("");
        return if tag(name) == Some("latest") { "Always" } else { "IfNotPresent" };
    }
    match tag(image) {
        None | Some("latest") if !image.is_empty() => "Always",
        _ => "IfNotPresent",
    }
}

/// What follows the last colon, unless that colon belongs to a registry's port.
fn tag(image: &str) -> Option<&str> {
    image.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/'))
}

fn volume(volume: &mut Map<String, Value>) {
    if !volume.keys().any(|key| key != "name") {
        volume.insert("emptyDir".into(), json!({}));
        return;
    }
    for source in ["secret", "configMap", "downwardAPI", "projected"] {
        member(volume, source).into_iter().for_each(|source| absent(source, "defaultMode", json!(420)));
    }
    if let Some(source) = member(volume, "downwardAPI") {
        items(source, "items").filter_map(|item| member(item, "fieldRef")).for_each(field_ref);
    }
    if let Some(projected) = member(volume, "projected") {
        for source in items(projected, "sources") {
            if let Some(source) = member(source, "downwardAPI") {
                items(source, "items").filter_map(|item| member(item, "fieldRef")).for_each(field_ref);
            }
            member(source, "serviceAccountToken").into_iter().for_each(|token| absent(token, "expirationSeconds", json!(3600)));
            member(source, "podCertificate").into_iter().for_each(|certificate| absent(certificate, "maxExpirationSeconds", json!(86400)));
        }
    }
    member(volume, "hostPath").into_iter().for_each(|source| absent(source, "type", Value::from("")));
    member(volume, "iscsi").into_iter().for_each(|source| text(source, "iscsiInterface", "default"));
    if let Some(rbd) = member(volume, "rbd") {
        text(rbd, "pool", "rbd");
        text(rbd, "user", "admin");
        text(rbd, "keyring", "/etc/ceph/keyring");
    }
    if let Some(disk) = member(volume, "azureDisk") {
        absent(disk, "cachingMode", Value::from("ReadWrite"));
        absent(disk, "kind", Value::from("Shared"));
        absent(disk, "fsType", Value::from("ext4"));
        absent(disk, "readOnly", Value::Bool(false));
    }
    if let Some(source) = member(volume, "scaleIO") {
        text(source, "storageMode", "ThinProvisioned");
        text(source, "fsType", "xfs");
    }
    if let Some(claim) = member(volume, "ephemeral").and_then(|source| member(source, "volumeClaimTemplate")) {
        member(claim, "spec").into_iter().for_each(|spec| absent(spec, "volumeMode", Value::from("Filesystem")));
    }
    if let Some(image) = member(volume, "image") {
        let reference = image.get("reference").and_then(Value::as_str).unwrap_or("").to_owned();
        text(image, "pullPolicy", pull_policy(&reference));
    }
}
