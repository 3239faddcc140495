//! Real messages as Python's `email` package sees them: an independent reader of the same bytes.

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use common::{Sample, checks, samples};
use postroom_mime::{Ingested, SectionText, header_fields, ingest};
use serde_json::Value;

/// What `oracle.py` says about each sample.
fn views(samples: &[Sample]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle.py");
    let mut child = Command::new("python3")
        .args(["-I", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs: `cargo xtask with mail -- COMMAND` brings it");
    let mut input = child.stdin.take().expect("a pipe");
    let names: String = samples.iter().map(|sample| format!("{}\n", sample.name)).collect();
    let writer = std::thread::spawn(move || input.write_all(names.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it reads all names");
    assert!(output.status.success());
    let lines = std::str::from_utf8(&output.stdout).expect("JSON").lines();
    let views: Vec<Value> = lines.map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(views.len(), samples.len());
    views
}

/// The samples in which `email` finds no defect, with both views.
fn decidable(samples: &[Sample]) -> Vec<(&Sample, Ingested, Value)> {
    let views = samples.iter().zip(views(samples)).filter(|(_, view)| view.get("defects").is_none());
    let views: Vec<_> = views.map(|(sample, view)| (sample, ingest(&sample.bytes), view)).collect();
    assert!(views.len() >= 150, "only {} messages can be compared", views.len());
    views
}

/// Messages in which `email` has an opinion of its own, by the end of their name.
const EXCLUDED: &[(&str, &str)] = &[(
    "malformed/000.eml",
    "two boundary lines in a row are one to it; to RFC 2046 there is an empty part between them",
)];

/// Fails with all that differs, one a line.
fn report(differences: &[String]) {
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn parts_types_headers_and_bodies_are_those_that_python_sees() {
    let Some(samples) = samples() else { return };
    let (mut differences, mut bodies) = (Vec::new(), 0);
    for (sample, read, view) in decidable(&samples) {
        let mut ours = checks::paths(&read.structure);
        ours.sort_by(|one, other| one.0.cmp(&other.0));
        let ours: Vec<String> = ours
            .iter()
            .map(|(path, part)| format!("{path:?} {}/{}", part.media_type, part.subtype).to_ascii_lowercase())
            .collect();
        let mut theirs: Vec<(Vec<u32>, &Value)> = Vec::new();
        for part in view["parts"].as_array().expect("parts") {
            theirs.push((serde_json::from_value(part["path"].clone()).expect("a path"), part));
        }
        theirs.sort_by(|one, other| one.0.cmp(&other.0));
        let said: Vec<String> = theirs
            .iter()
            .map(|(path, part)| format!("{path:?} {}", part["type"].as_str().unwrap_or("?")))
            .collect();
        if EXCLUDED.iter().any(|(name, _)| sample.name.ends_with(name)) {
            assert_ne!(ours, said, "no longer a reason to leave {} out", sample.name);
            continue;
        }
        if ours != said {
            differences.push(format!("{}: {ours:?}, python {said:?}", sample.name));
            continue;
        }
        for (path, part) in theirs {
            let bytes = |what| read.structure.section(&path, what).expect("the part").of(&sample.bytes);
            let fields = header_fields::<&str>(bytes(SectionText::Mime), &[], true);
            let names: Vec<String> = part["names"].as_array().expect("names").iter().map(text).collect();
            if names_of(&fields) != names {
                differences.push(format!(
                    "{} {path:?}: {:?}, python {names:?}",
                    sample.name,
                    names_of(&fields)
                ));
            }
            let Some(body) = part["body"].as_str() else { continue };
            bodies += 1;
            let latin: String = bytes(SectionText::Whole).iter().map(|byte| char::from(*byte)).collect();
            if body != latin {
                differences.push(format!(
                    "{} {path:?}: {} bytes, python {}",
                    sample.name,
                    latin.len(),
                    body.chars().count()
                ));
            }
        }
    }
    assert!(bodies > 200, "only {bodies} bodies were compared");
    report(&differences);
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// The names of the fields of a header block, in order.
fn names_of(header: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(header);
    let first = text.lines().filter(|line| !line.starts_with([' ', '\t']));
    first.filter_map(|line| Some(line.split_once(':')?.0.to_owned())).collect()
}

/// `text` without white space, which readers keep or drop as they like.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn subjects_dates_and_addresses_are_those_that_python_sees() {
    let Some(samples) = samples() else { return };
    let (mut differences, mut subjects, mut dates, mut lists) = (Vec::new(), 0, 0, 0);
    for (sample, read, view) in decidable(&samples) {
        let mut compare = |what: &str, ours: String, theirs: String| {
            if ours != theirs {
                differences.push(format!("{}: {what} {ours:?}, python {theirs:?}", sample.name));
            }
        };
        if let Some(subject) = view["subject"].as_str() {
            subjects += 1;
            compare("subject", squeezed(&read.envelope.subject), squeezed(subject));
        }
        if let Some(at) = view["sent_at"].as_i64() {
            dates += 1;
            compare("date", format!("{:?}", read.sent_at.map(|at| at.seconds())), format!("{:?}", Some(at)));
        }
        let envelope = &read.envelope;
        for (name, ours) in [("from", &envelope.from), ("to", &envelope.to), ("cc", &envelope.cc)] {
            let Some(theirs) = view["addresses"][name].as_array() else { continue };
            lists += 1;
            let ours: Vec<String> =
                ours.iter().map(|each| format!("{} <{}>", squeezed(&each.display), each.address)).collect();
            let theirs =
                theirs.iter().map(|pair| format!("{} <{}>", squeezed(&text(&pair[0])), text(&pair[1])));
            compare(name, format!("{ours:?}"), format!("{:?}", theirs.collect::<Vec<_>>()));
        }
    }
    assert!(
        subjects > 100 && dates > 100 && lists > 200,
        "{subjects} subjects, {dates} dates, {lists} lists"
    );
    report(&differences);
}
