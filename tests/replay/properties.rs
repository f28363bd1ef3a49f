//! What must hold for every object and every event.

use auditdiff::audit::Event;
use auditdiff::diff;
use auditdiff::replay::{Context, replay};
use auditdiff::report::build::report;
use auditdiff::source::{Origin, Record};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::OnceLock;

fn recorded() -> &'static [Event] {
    static EVENTS: OnceLock<Vec<Event>> = OnceLock::new();
    EVENTS.get_or_init(read)
}

fn read() -> Vec<Event> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/corpus");
    let mut events = Vec::new();
    for name in ["pods-1.20", "updates-1.36", "other-1.36"] {
        let packed = std::fs::read(folder.join(name).join("audit.jsonl.zst")).expect("a recording");
        let text = zstd::decode_all(packed.as_slice()).expect("zstd");
        for (at, line) in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
            let origin = Origin { source: name.into(), place: at as u64 + 1 };
            events.push(Event::parse(&Record { origin, text: line.to_vec() }).expect("an event"));
        }
    }
    events
}

fn containers() -> impl Strategy<Value = Value> {
    let env = prop::collection::vec(("[A-D]", "[a-z]{0,3}"), 0..5)
        .prop_map(|pairs| pairs.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect::<Value>());
    let container = ("[a-e]", prop::option::of(env), prop::option::of("[a-z]{1,4}")).prop_map(|(name, env, image)| {
        let mut container = json!({ "name": name });
        env.into_iter().for_each(|env| container["env"] = env);
        image.into_iter().for_each(|image| container["image"] = image.into());
        container
    });
    prop::collection::vec(container, 1..5).prop_map(Value::from)
}

fn pod() -> impl Strategy<Value = Value> {
    let labels = prop::option::of(prop::collection::btree_map("[a-c./~\"]{1,3}", "[a-z]{0,3}", 1..4));
    let plain = prop::collection::vec(0..9i64, 1..4);
    (containers(), prop::option::of(containers()), labels, prop::option::of(plain)).prop_map(|(containers, init, labels, plain)| {
        let mut pod = json!({"metadata": {}, "spec": {"containers": containers}});
        init.into_iter().for_each(|init| pod["spec"]["initContainers"] = init);
        plain.into_iter().for_each(|plain| pod["spec"]["plain"] = plain.into());
        if let Some(labels) = labels {
            pod["metadata"]["labels"] = Value::Object(labels.into_iter().map(|(name, value)| (name, value.into())).collect::<Map<_, _>>());
        }
        pod
    })
}

proptest! {
    #[test]
    fn applying_the_difference_of_two_objects_to_the_first_gives_the_second(a in pod(), b in pod()) {
        prop_assert_eq!(diff::apply(&diff::compare(&a, &b), &a), b);
    }

    #[test]
    fn equal_objects_have_no_difference(a in pod()) {
        prop_assert_eq!(diff::compare(&a, &a), vec![]);
    }

    #[test]
    fn pointers_lead_to_the_values_they_speak_of(a in pod(), b in pod()) {
        for change in diff::compare(&a, &b).iter().filter(|change| !change.order) {
            match change.op {
                diff::Op::Removed => prop_assert_eq!(a.pointer(&change.pointer), change.before.as_ref()),
                _ => prop_assert_eq!(b.pointer(&change.pointer), change.after.as_ref()),
            }
        }
    }

    /// Whatever is cut out of or put into a recorded event, the replay ends, and each step begins where the one before
    /// it ended.
    #[test]
    fn mutated_events_are_replayed_to_an_end(at in 0..195usize, cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..4u8), 1..4)) {
        let events = recorded();
        let mut event = events[at % events.len()].clone();
        for (index, how) in &cuts {
            for body in [&mut event.request_object, &mut event.response_object] {
                body.iter_mut().for_each(|body| mutate(body, *index, *how));
            }
            let keys: Vec<String> = event.annotations.keys().cloned().collect();
            if !keys.is_empty() {
                let key = index.get(&keys);
                let text = &event.annotations[key];
                let cut = text.char_indices().map(|(at, _)| at).nth(index.index(text.chars().count().max(1))).unwrap_or(0);
                let changed = if how % 2 == 0 { text[..cut].to_owned() } else { text.replacen("add", "remove", 1) };
                event.annotations.insert(key.clone(), changed);
            }
        }
        let told = report(&event, replay(&event, None, &Context::default()));
        let known: Vec<_> = told.steps.iter().filter(|step| step.after.is_some() || step.before.is_some()).collect();
        for pair in known.windows(2) {
            if let (Some(after), Some(before)) = (&pair[0].after, &pair[1].before) && pair[0].actor.kind != auditdiff::report::Kind::Request {
                // Between the passes the API server itself may set the alias serviceAccount: it is the only such place.
                let mut changes = diff::compare(after, before);
                changes.retain(|change| !change.path.to_string().starts_with("spec.serviceAccount"));
                prop_assert_eq!(changes, vec![]);
            }
        }
    }
}

/// Removes, empties or replaces one node of a tree.
fn mutate(value: &mut Value, index: prop::sample::Index, how: u8) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let key = members.keys().nth(index.index(members.len())).cloned().unwrap_or_default();
            match how {
                0 => drop(members.shift_remove(&key)),
                1 => drop(members.insert(key, Value::Null)),
                2 => drop(members.insert(key, json!([{"name": 7}]))),
                _ => members.values_mut().for_each(|member| {
                    if member.is_object() || member.is_array() {
                        mutate(member, index, how - 1)
                    }
                }),
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let at = index.index(items.len());
            if how == 0 { drop(items.remove(at)) } else { mutate(&mut items[at], index, how - 1) }
        }
        other => *other = Value::from("x"),
    }
}

/// The API server writes annotations in the order of a map, and exports reorder them: only the numbers count.
#[test]
fn the_order_of_annotations_does_not_matter_and_index_10_comes_after_9() {
    let mut told = 0;
    for event in recorded().iter().filter(|event| event.annotations.len() > 4) {
        let text = |annotations: Vec<(&String, &String)>| {
            let members: Map<String, Value> = annotations.into_iter().map(|(key, text)| (key.clone(), text.as_str().into())).collect();
            json!({
                "level": event.level.name(), "auditID": event.audit_id, "stage": event.stage, "requestURI": event.request_uri,
                "verb": event.verb, "objectRef": {"resource": "pods", "namespace": event.object_ref().namespace, "apiVersion": "v1"},
                "requestObject": event.request_object, "responseObject": event.response_object, "annotations": members,
            })
        };
        let forwards = text(event.annotations.iter().collect());
        let backwards = text(event.annotations.iter().rev().collect());
        let steps = |event: Value| {
            let record = Record { origin: Origin { source: "test".into(), place: 1 }, text: event.to_string().into_bytes() };
            let event = Event::parse(&record).expect("an event");
            let told = report(&event, replay(&event, None, &Context::default()));
            serde_json::to_value(&told.steps).expect("JSON")
        };
        let (forwards, backwards) = (steps(forwards), steps(backwards));
        assert_eq!(forwards, backwards);
        let slots: Vec<(u64, u64)> = forwards
            .as_array()
            .expect("steps")
            .iter()
            .filter(|step| step["actor"]["kind"] == "webhook")
            .map(|step| (step["actor"]["round"].as_u64().expect("a round"), step["actor"]["index"].as_u64().expect("an index")))
            .collect();
        assert!(slots.is_sorted(), "{slots:?}");
        told += 1;
    }
    assert_eq!(told, 81);
}
