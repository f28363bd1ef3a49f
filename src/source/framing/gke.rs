//! Google's audit log entry of a GKE cluster, written back into the event it was made from, as far as it carries it
//! (<https://cloud.google.com/kubernetes-engine/docs/how-to/audit-logging>,
//! <https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog>).
//!
//! It has no requestURI (so a dry run cannot be told), no field manager and no level: the level is told by the bodies.

use serde_json::{Map, Value, json};

/// The event's text.
pub(super) fn event(item: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut entry: Value = serde_json::from_slice(item).map_err(|_| "not JSON, or nested too deeply")?;
    let mut audit = entry.get_mut("protoPayload").map(Value::take).unwrap_or_default();
    let text = |pointer: &str| audit.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let method = text("/methodName");
    if !method.starts_with("io.k8s.") {
        return Err("a Google log entry that is not a Kubernetes audit log");
    }
    let mut event = json!({
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "auditID": entry.pointer("/operation/id").and_then(Value::as_str).unwrap_or_default(),
        "stage": "ResponseComplete",
        "verb": method.rsplit('.').next(),
        "user": {"username": text("/authenticationInfo/principalEmail")},
        "sourceIPs": [text("/requestMetadata/callerIp")],
        "userAgent": text("/requestMetadata/callerSuppliedUserAgent"),
        "objectRef": object_ref(&text("/resourceName")),
        "responseStatus": status(&audit),
        "requestReceivedTimestamp": entry.get("timestamp"),
        "annotations": entry.get_mut("labels").map(Value::take).unwrap_or_else(|| json!({})),
    });
    let bodies = [("requestObject", body(&mut audit, "request")), ("responseObject", body(&mut audit, "response"))];
    event["level"] = match [bodies[0].1.is_some(), bodies[1].1.is_some()] {
        [_, true] => "RequestResponse",
        [true, false] => "Request",
        [false, false] => "Metadata",
    }
    .into();
    for (name, body) in bodies {
        if let Some(body) = body {
            event[name] = body;
        }
    }
    Ok(event.to_string().into_bytes())
}

/// `request` or `response` without the type name that protobuf's JSON adds.
fn body(audit: &mut Value, name: &str) -> Option<Value> {
    let mut body = audit.get_mut(name)?.take();
    body.as_object_mut()?.shift_remove("@type");
    Some(body)
}

/// `core/v1/namespaces/default/pods/aws-cli/status` in parts.
fn object_ref(name: &str) -> Value {
    let parts: Vec<&str> = name.split('/').collect();
    let [group, version, rest @ ..] = parts.as_slice() else { return json!({}) };
    let (namespace, rest) = match rest {
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (*namespace, rest),
        rest => ("", rest),
    };
    let part = |index: usize| rest.get(index).copied().unwrap_or_default();
    let parts = [
        ("apiGroup", if *group == "core" { "" } else { group }),
        ("apiVersion", version),
        ("namespace", namespace),
        ("resource", part(0)),
        ("name", part(1)),
        ("subresource", part(2)),
    ];
    parts.into_iter().filter(|(_, part)| !part.is_empty()).map(|(key, part)| (key.to_owned(), part.into())).collect::<Map<_, _>>().into()
}

/// The HTTP code for a `google.rpc.Code`, and the message
/// (<https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto>).
fn status(audit: &Value) -> Value {
    let code = match audit.pointer("/status/code").and_then(Value::as_i64).unwrap_or(0) {
        0 => 200,
        3 | 9 | 11 => 400,
        4 => 504,
        5 => 404,
        6 | 10 => 409,
        7 => 403,
        8 => 429,
        12 => 501,
        14 => 503,
        16 => 401,
        _ => 500,
    };
    match audit.pointer("/status/message").and_then(Value::as_str) {
        Some(message) => json!({"code": code, "message": message}),
        None => json!({"code": code}),
    }
}
