//! Operations that write more than once, or take a client token: the process dies before each of their writes, starts
//! again, carries on what is due, and is asked the same once more. There is one effect, and what was acknowledged is
//! there.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod cases;
mod process;
#[path = "../support/mod.rs"]
mod support;

use cases::{CASES, Case};
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;
use process::{Process, Site, modules};
use serde_json::{Value, json};

/// More writes than any operation makes; a case that goes on beyond them never ends.
const WRITES_MAX: u32 = 200;

/// What an organization shows, and nothing that chance or the clock has chosen.
type Shown = Vec<String>;

/// Everything about the case, with the operation carried out and not.
struct Expected {
    before: Shown,
    after: Shown,
    answer: Value,
}

fn request(case: &Case, site: &Site) -> Value {
    let mut input = (case.input)(site);
    if case.has_token {
        input["ClientToken"] = json!(format!("token-{}", site.alias));
    }
    input
}

/// The operation without a cut, for comparison.
fn uncut(process: &mut Process<'_>, case: &Case, alias: &str) -> Expected {
    let site = process.site(case, alias);
    let before = process.shown(&site);
    let answer = process.call(case.operation, &request(case, &site));
    let answer = answer.unwrap_or_else(|refused| panic!("{}: {refused:?}", case.name));
    process.carry_on();
    let after = process.shown(&site);
    process.clear(&site);
    assert!(before != after || case.changes_nothing_shown, "{} shows no effect", case.name);
    Expected { before, after, answer }
}

/// The operation with `writes` writes; answers whether it was cut.
fn cut(process: &mut Process<'_>, case: &Case, expected: &Expected, writes: u32) -> bool {
    let site = process.site(case, &format!("{}{writes}", case.name));
    let request = request(case, &site);
    process.store.cut_after(writes);
    let first = process.call(case.operation, &request);
    process.carry_on_until_cut();
    let was_cut = process.store.was_cut();
    process.start_again();
    process.carry_on();
    let said = format!("{} with {writes} writes, first answered {first:?}", case.name);
    let shown = process.shown(&site);
    if first.is_ok() {
        assert_eq!(shown, expected.after, "acknowledged and not there: {said}");
    } else {
        assert!(shown == expected.before || shown == expected.after, "by half: {shown:#?}\n{said}");
    }
    let again = process.call(case.operation, &request);
    process.carry_on();
    match (&again, &first) {
        (Ok(again), Ok(first)) => assert_eq!(again, first, "another answer: {said}"),
        (Ok(again), Err(_)) => assert_eq!(members(again), members(&expected.answer), "{said}"),
        (Err((name, _)), _) if case.refused_again.contains(&name.as_str()) => {}
        (Err(refused), _) => panic!("refused when repeated: {refused:?}; {said}"),
    }
    assert_eq!(process.shown(&site), expected.after, "after it was repeated: {said}");
    process.clear(&site);
    was_cut
}

fn members(answer: &Value) -> Vec<String> {
    answer.as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default()
}

fn cut_everywhere(store: &mut TestStore, cases: &[Case]) {
    let mut process = Process::first(store);
    for (number, case) in cases.iter().enumerate() {
        process.use_account(number);
        let expected = uncut(&mut process, case, &format!("{}-whole", case.name));
        let mut writes = 0;
        while cut(&mut process, case, &expected, writes) {
            writes += 1;
            assert!(writes < WRITES_MAX, "{} does not end", case.name);
        }
        assert!(writes > 0, "{} wrote nothing", case.name);
        println!("{}: cut before each of {writes} writes", case.name);
    }
    assert_eq!(process.fsck(), []);
}

on_both_engines! { modules();
    fn organizations_cut_at_every_write_have_one_effect(store: &mut TestStore) {
        cut_everywhere(store, &CASES[..cases::OF_ORGANIZATIONS]);
    }

    fn what_is_in_an_organization_cut_at_every_write_has_one_effect(store: &mut TestStore) {
        cut_everywhere(store, &CASES[cases::OF_ORGANIZATIONS..]);
    }
}
