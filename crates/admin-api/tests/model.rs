//! Our tables against an independent source: the service model in AWS's own botocore. No difference, in either direction.
//!
//! `POSTROOM_BOTOCORE` names the directory of an installed botocore package; `cargo xtask test` installs one and sets it.
//! `POSTROOM_BOTOCORE=skip` leaves the comparison out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use postroom_admin_api::operations::{MESSAGE_FLOW_OPERATIONS, WORKMAIL};
use postroom_admin_api::wire::{ErrorName, service_model};
use serde_json::{Map, Value, json};

/// Members of botocore's model that say nothing about the wire: texts, and hints for code generators.
const IGNORED: &[&str] = &["documentation", "box", "idempotent"];

/// Members of the metadata that clients act on.
const METADATA: &[&str] = &[
    "apiVersion",
    "endpointPrefix",
    "jsonVersion",
    "protocol",
    "serviceId",
    "signatureVersion",
    "targetPrefix",
    "uid",
];

/// `None`, and a line on standard error, when the comparison is left out.
fn botocore_model(service: &str, version: &str) -> Option<Value> {
    let Some(package) = std::env::var_os("POSTROOM_BOTOCORE") else {
        unreachable!(
            "POSTROOM_BOTOCORE is not set. It names the directory of an installed botocore package; \
             `cargo xtask test` installs one (tests/python/requirements.txt) and sets it. By hand: \
             POSTROOM_BOTOCORE=$(python3 -c 'import botocore; print(botocore.__path__[0])'). \
             POSTROOM_BOTOCORE=skip leaves the comparison out"
        );
    };
    if package == "skip" {
        // Not `eprintln!`, which the test harness would swallow.
        drop(writeln!(
            std::io::stderr(),
            "botocore's model is left out of these tests: POSTROOM_BOTOCORE=skip"
        ));
        return None;
    }
    let path = PathBuf::from(package).join("data").join(service).join(version).join("service-2.json");
    let text = if path.is_file() { std::fs::read(&path).expect("readable") } else { unpacked(&path) };
    Some(serde_json::from_slice(&text).unwrap_or_else(|error| unreachable!("{}: {error}", path.display())))
}

/// The content of `path`.gz.
fn unpacked(path: &Path) -> Vec<u8> {
    let packed = path.with_extension("json.gz");
    let output = Command::new("gzip").arg("-dc").arg(&packed).output().expect("gzip runs");
    assert!(output.status.success(), "{}: {}", packed.display(), String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The parts of a service model that are compared, in one form.
fn normal(model: &Value) -> Value {
    let metadata: Map<String, Value> =
        METADATA.iter().map(|&key| (key.to_owned(), model["metadata"][key].clone())).collect();
    json!({
        "metadata": metadata,
        "operations": stripped(&model["operations"], false),
        "shapes": stripped(&model["shapes"], false),
    })
}

/// `value` without the ignored keys, which are names of facts only outside of `members`; lists that are sets, sorted.
fn stripped(value: &Value, names: bool) -> Value {
    match value {
        Value::Object(entries) => entries
            .iter()
            .filter(|(key, _)| names || !IGNORED.contains(&key.as_str()))
            .map(|(key, entry)| {
                let mut entry = stripped(entry, key == "members");
                if let Value::Array(elements) = &mut entry
                    && !names
                    && (key == "required" || key == "errors")
                {
                    elements.sort_by_key(Value::to_string);
                }
                (key.clone(), entry)
            })
            .collect(),
        Value::Array(elements) => elements.iter().map(|element| stripped(element, false)).collect(),
        other => other.clone(),
    }
}

/// Every place where two models differ.
fn differences(ours: &Value, theirs: &Value) -> Vec<String> {
    fn walk(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<String>) {
        match (ours, theirs) {
            (Value::Object(our_entries), Value::Object(their_entries)) => {
                for (key, entry) in our_entries {
                    match their_entries.get(key) {
                        Some(their_entry) => walk(&format!("{path}.{key}"), entry, their_entry, found),
                        None => found.push(format!("{path}.{key}: ours only: {entry}")),
                    }
                }
                for (key, entry) in their_entries {
                    if !our_entries.contains_key(key) {
                        found.push(format!("{path}.{key}: theirs only: {entry}"));
                    }
                }
                let in_order = our_entries.keys().eq(their_entries.keys());
                if path.ends_with(".members") && our_entries.len() == their_entries.len() && !in_order {
                    found.push(format!("{path}: another order"));
                }
            }
            _ if ours != theirs => found.push(format!("{path}: ours {ours}, theirs {theirs}")),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk("model", ours, theirs, &mut found);
    found
}

#[test]
fn tables_equal_botocores_model() {
    let Some(theirs) = botocore_model("workmail", "2017-10-01") else { return };
    let theirs = normal(&theirs);
    let ours = normal(&service_model(&WORKMAIL));
    let found = differences(&ours, &theirs);
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
    assert_eq!(ours["operations"].as_object().map(Map::len), Some(92));
    assert_eq!(ours["shapes"].as_object().map(Map::len), Some(369));
}

#[test]
fn modelled_errors_are_botocores_exceptions() {
    let Some(theirs) = botocore_model("workmail", "2017-10-01") else { return };
    let shapes = theirs["shapes"].as_object().expect("shapes");
    let mut theirs: Vec<&str> = shapes
        .iter()
        .filter(|(_, shape)| shape["exception"] == true)
        .map(|(name, _)| name.as_str())
        .collect();
    theirs.sort_unstable();
    let mut ours: Vec<&str> = ErrorName::MODELLED.iter().map(|name| name.as_str()).collect();
    ours.sort_unstable();
    assert_eq!(ours, theirs);
}

#[test]
fn message_flow_operations_equal_botocores_model() {
    let Some(model) = botocore_model("workmailmessageflow", "2019-05-01") else { return };
    let mut theirs: Vec<(&str, &str, &str)> = Vec::new();
    for (name, operation) in model["operations"].as_object().expect("operations") {
        let http = |key: &str| operation["http"][key].as_str().expect("text");
        theirs.push((name, http("method"), http("requestUri")));
    }
    assert_eq!(MESSAGE_FLOW_OPERATIONS, theirs);
}

/// The comparison itself: a change of any kind of fact, on either side, is one difference.
#[test]
fn every_kind_of_change_is_noticed() {
    #[track_caller]
    fn check(path: &str, change: impl FnOnce(&mut Value)) {
        let model = service_model(&WORKMAIL);
        let mut changed = model.clone();
        change(changed.pointer_mut(path).unwrap_or_else(|| unreachable!("no {path}")));
        let (model, changed) = (normal(&model), normal(&changed));
        assert_eq!(differences(&model, &changed).len(), 1, "{path}: {:?}", differences(&model, &changed));
        assert_eq!(differences(&changed, &model).len(), 1, "{path}");
        assert!(differences(&changed, &changed).is_empty());
    }
    fn set(value: impl Into<Value>) -> impl FnOnce(&mut Value) {
        move |place| *place = value.into()
    }
    fn remove(key: &str) -> impl FnOnce(&mut Value) {
        move |place| drop(place.as_object_mut().expect("object").shift_remove(key))
    }
    fn pop(place: &mut Value) {
        place.as_array_mut().expect("list").pop();
    }
    check("/metadata/targetPrefix", set("Other"));
    check("/operations", remove("CreateUser"));
    check("/operations/CreateUser/errors", pop);
    check("/operations/CreateUser/input/shape", set("CreateGroupRequest"));
    check("/operations/CreateUser/output/shape", set("CreateGroupResponse"));
    check("/operations/CreateUser/http/requestUri", set("/users"));
    check("/shapes", remove("DeviceId"));
    check("/shapes/DeviceId/max", set(33));
    check("/shapes/DeviceId", remove("min"));
    check("/shapes/DeviceId/pattern", set("[a-z]+"));
    check("/shapes/EntityState/enum", pop);
    check("/shapes/DeviceTypeList/max", set(11));
    check("/shapes/DeviceTypeList/member/shape", set("DeviceModel"));
    check("/shapes/MaxResults/max", set(1000));
    check("/shapes/MaxResults/type", set("long"));
    check("/shapes/Password", remove("sensitive"));
    check("/shapes/Timestamp/type", set("string"));
    check("/shapes/CreateUserRequest/required", pop);
    check("/shapes/CreateUserRequest/members", remove("Role"));
    check("/shapes/CreateUserRequest/members/Role/shape", set("String"));
    check("/shapes/CreateOrganizationRequest/members/ClientToken", remove("idempotencyToken"));
    check("/shapes/EntityStateException", remove("exception"));
    check("/shapes/CreateUserRequest/members", |members| {
        let first = members.as_object_mut().expect("object").shift_remove("OrganizationId").expect("first");
        members["OrganizationId"] = first;
    });
}
