//! Where the API server's JSON Patch differs from RFC 6902, case by case; where it does not, RFC 6902's own examples; and
//! a second opinion on random patches.

use auditdiff::audit::annotation::Operation;
use auditdiff::replay::patch::{self, Reason};
use proptest::prelude::*;
use serde_json::{Value, json};

fn apply(object: Value, operations: Value) -> Result<Value, Reason> {
    let operations: Vec<Operation> = serde_json::from_value(operations).expect("operations");
    let mut object = object;
    patch::apply(&operations, &mut object).map(|()| object).map_err(|failed| failed.reason)
}

fn one(object: Value, operation: Value) -> Result<Value, Reason> {
    apply(object, json!([operation]))
}

#[test]
fn the_api_servers_own_ways() {
    let list = || json!({"a": [1, 2, 3]});
    let cases = [
        (
            "add on an existing member replaces it",
            one(json!({"a": 1}), json!({"op": "add", "path": "/a", "value": 2})),
            Ok(json!({"a": 2})),
        ),
        ("add at the length appends", one(list(), json!({"op": "add", "path": "/a/3", "value": 4})), Ok(json!({"a": [1, 2, 3, 4]}))),
        ("add beyond the length fails", one(list(), json!({"op": "add", "path": "/a/4", "value": 4})), Err(Reason::OutOfRange)),
        ("-1 is the last for remove", one(list(), json!({"op": "remove", "path": "/a/-1"})), Ok(json!({"a": [1, 2]}))),
        ("-1 is the last for replace", one(list(), json!({"op": "replace", "path": "/a/-1", "value": 9})), Ok(json!({"a": [1, 2, 9]}))),
        ("-1 appends for add", one(list(), json!({"op": "add", "path": "/a/-1", "value": 9})), Ok(json!({"a": [1, 2, 3, 9]}))),
        ("01 is an index", one(list(), json!({"op": "replace", "path": "/a/01", "value": 9})), Ok(json!({"a": [1, 9, 3]}))),
        ("+1 is an index", one(list(), json!({"op": "remove", "path": "/a/+1"})), Ok(json!({"a": [1, 3]}))),
        ("replace of a missing member adds", one(json!({}), json!({"op": "replace", "path": "/a", "value": 1})), Ok(json!({"a": 1}))),
        ("replace of a missing item fails", one(list(), json!({"op": "replace", "path": "/a/3", "value": 1})), Err(Reason::OutOfRange)),
        ("remove of a missing member fails", one(json!({}), json!({"op": "remove", "path": "/a"})), Err(Reason::Missing)),
        ("add without value is null", one(json!({}), json!({"op": "add", "path": "/a"})), Ok(json!({"a": null}))),
        ("replace without value is null", one(json!({"a": 1}), json!({"op": "replace", "path": "/a"})), Ok(json!({"a": null}))),
        (
            "test for null passes for null",
            one(json!({"a": null}), json!({"op": "test", "path": "/a", "value": null})),
            Ok(json!({"a": null})),
        ),
        ("test for null passes for missing", one(json!({}), json!({"op": "test", "path": "/a", "value": null})), Ok(json!({}))),
        (
            "test compares the text of numbers",
            one(json!({"a": 1}), json!({"op": "test", "path": "/a", "value": 1.0})),
            Err(Reason::TestFailed),
        ),
        ("copy from a missing member adds null", one(json!({}), json!({"op": "copy", "from": "/a", "path": "/b"})), Ok(json!({"b": null}))),
        ("the whole document can be replaced", one(json!({"a": 1}), json!({"op": "replace", "path": "", "value": {}})), Ok(json!({}))),
        ("the whole document can be tested", one(json!({}), json!({"op": "test", "path": "", "value": {}})), Ok(json!({}))),
        ("the whole document cannot be added", one(json!({}), json!({"op": "add", "path": "", "value": {}})), Err(Reason::NoParent)),
        ("what stands before the first slash is ignored", one(json!({"a": 1}), json!({"op": "remove", "path": "xyz/a"})), Ok(json!({}))),
        ("~01 is ~1", one(json!({"~1": 1}), json!({"op": "remove", "path": "/~01"})), Ok(json!({}))),
        ("an operation of another name fails", one(json!({}), json!({"op": "merge", "path": "/a"})), Err(Reason::UnknownOperation)),
    ];
    assert_eq!(cases.len(), 23);
    for (name, got, wanted) in cases {
        assert_eq!(got, wanted, "{name}");
    }
}

/// RFC 6902, appendix A: the examples in which the API server agrees.
#[test]
fn the_examples_of_rfc_6902() {
    let cases = [
        ("A.1", json!({"foo": "bar"}), json!([{"op": "add", "path": "/baz", "value": "qux"}]), Ok(json!({"baz": "qux", "foo": "bar"}))),
        (
            "A.2",
            json!({"foo": ["bar", "baz"]}),
            json!([{"op": "add", "path": "/foo/1", "value": "qux"}]),
            Ok(json!({"foo": ["bar", "qux", "baz"]})),
        ),
        ("A.3", json!({"baz": "qux", "foo": "bar"}), json!([{"op": "remove", "path": "/baz"}]), Ok(json!({"foo": "bar"}))),
        ("A.4", json!({"foo": ["bar", "qux", "baz"]}), json!([{"op": "remove", "path": "/foo/1"}]), Ok(json!({"foo": ["bar", "baz"]}))),
        ("A.5", json!({"baz": "qux"}), json!([{"op": "replace", "path": "/baz", "value": "boo"}]), Ok(json!({"baz": "boo"}))),
        (
            "A.6",
            json!({"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}}),
            json!([{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}]),
            Ok(json!({"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}})),
        ),
        (
            "A.7",
            json!({"foo": ["all", "grass", "cows", "eat"]}),
            json!([{"op": "move", "from": "/foo/1", "path": "/foo/3"}]),
            Ok(json!({"foo": ["all", "cows", "eat", "grass"]})),
        ),
        (
            "A.8",
            json!({"baz": "qux", "foo": ["a", 2, "c"]}),
            json!([{"op": "test", "path": "/baz", "value": "qux"}, {"op": "test", "path": "/foo/1", "value": 2}]),
            Ok(json!({"baz": "qux", "foo": ["a", 2, "c"]})),
        ),
        ("A.9", json!({"baz": "qux"}), json!([{"op": "test", "path": "/baz", "value": "bar"}]), Err(Reason::TestFailed)),
        (
            "A.10",
            json!({"foo": "bar"}),
            json!([{"op": "add", "path": "/child", "value": {"grandchild": {}}}]),
            Ok(json!({"foo": "bar", "child": {"grandchild": {}}})),
        ),
        ("A.12", json!({"foo": "bar"}), json!([{"op": "add", "path": "/baz/bat", "value": "qux"}]), Err(Reason::NoParent)),
        ("A.14", json!({"/": 9, "~1": 10}), json!([{"op": "test", "path": "/~01", "value": 10}]), Ok(json!({"/": 9, "~1": 10}))),
        ("A.15", json!({"/": 9, "~1": 10}), json!([{"op": "test", "path": "/~01", "value": "10"}]), Err(Reason::TestFailed)),
        ("A.16", json!({"foo": ["bar"]}), json!([{"op": "add", "path": "/foo/-", "value": ["abc"]}]), Ok(json!({"foo": ["bar", ["abc"]]}))),
    ];
    assert_eq!(cases.len(), 14);
    for (name, object, operations, wanted) in cases {
        assert_eq!(apply(object, operations), wanted, "{name}");
    }
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![any::<bool>().prop_map(Value::from), any::<i32>().prop_map(Value::from), "[a-z/~]{0,6}".prop_map(Value::from)];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z/~]{1,4}", inner, 0..5).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// A patch that a strict library makes and applies is one that the API server applies to the same end.
    #[test]
    fn the_json_patch_crate_agrees_where_both_agree_by_definition(a in tree(), b in tree()) {
        let (a, b) = (json!({ "root": a }), json!({ "root": b }));
        let made = json_patch::diff(&a, &b);
        let mut strict = a.clone();
        json_patch::patch(&mut strict, &made).expect("its own patch applies");
        let operations: Vec<Operation> = serde_json::from_value(serde_json::to_value(&made).expect("JSON")).expect("operations");
        let mut ours = a;
        prop_assert_eq!(patch::apply(&operations, &mut ours), Ok(()));
        prop_assert_eq!(&ours, &strict);
        prop_assert_eq!(&ours, &b);
    }
}
