//! A page of 100 out of many users, or overrides, costs what one out of few costs.

use std::time::Instant;

use postroom_devices::ops::{
    PutOverride, list_mobile_device_access_overrides, put_mobile_device_access_override,
};
use postroom_directory::admin::{AdminRead, AdminTx};
use postroom_directory::ops::{create_user, enable_entity, list_users};
use postroom_directory::page::{Page, PageRequest};
use postroom_directory::testing::{SUFFIX, address, modules, new_user, organization};
use postroom_directory::{DirectoryError, Filters};
use postroom_policy::Effect;
use postroom_policy::permit::Permitted;
use postroom_store::{Options, Place, Store};
use postroom_types::{Constrained, DeviceId, EntityId, EntityState, OrganizationKey, UserAttribute};

use crate::Problem;
use crate::report::{median, ratio};

const FEW: u64 = 1_000;
/// Rows made in one transaction.
const SLICE: u64 = 2_000;
/// Pages read in a turn, one organization after the other.
const REPEATS: usize = 50;
const TURNS: usize = 5;
/// The users who are enabled: those whose number is below, and even.
const ENABLED_BELOW: u64 = 1_000;

type Read<'a, 'b> = &'a mut AdminRead<'b>;

pub(crate) fn run(rows: u64) -> Result<(), Problem> {
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let modules = [modules(), vec![postroom_devices::schema::ORGANIZATION]].concat();
    let store = Store::open(Options::embedded(folder.path(), modules))?;
    let places = [(organization(&store, "few"), FEW), (organization(&store, "many"), rows)];
    for (alias, (key, rows)) in ["few", "many"].into_iter().zip(places) {
        let began = Instant::now();
        fill(&store, key, rows, move |tx, number| user(tx, alias, number))?;
        let users = began.elapsed();
        fill(&store, key, rows, device_override)?;
        println!("{rows} users made in {users:.0?}, as many overrides in {:.0?}", began.elapsed() - users);
    }
    let of = |filters: Filters| move |tx: Read<'_, '_>, page: &PageRequest| list_users(tx, &filters, page);
    measure(&store, places, "users", of(Filters::default()), true)?;
    let disabled = Filters { state: Some(EntityState::Disabled), ..Filters::default() };
    measure(&store, places, "users, those disabled", of(disabled), true)?;
    let prefix = UserAttribute::parse("user").map_err(|_| "a display name")?;
    let shown = Filters { display_name_prefix: Some(prefix), ..Filters::default() };
    measure(&store, places, "users, by display name", of(shown), false)?;
    let overrides =
        |tx: Read<'_, '_>, page: &PageRequest| list_mobile_device_access_overrides(tx, None, None, page);
    measure(&store, places, "overrides", overrides, true)
}

/// Makes rows 0 to `rows`.
fn fill(
    store: &Store,
    key: OrganizationKey,
    rows: u64,
    make: impl Fn(&mut AdminTx<'_, '_>, u64) -> Result<(), DirectoryError> + Copy + Send + 'static,
) -> Result<(), Problem> {
    let mut from = 0;
    while from < rows {
        let to = rows.min(from + SLICE);
        let written: Result<(), DirectoryError> = store.write_blocking(Place::Organization(key), move |tx| {
            let permit = Permitted::operator("bench");
            let mut tx = AdminTx::begin(tx, &permit)?;
            (from..to).try_for_each(|number| make(&mut tx, number))
        });
        written?;
        from = to;
    }
    Ok(())
}

fn id(number: u64) -> EntityId {
    let mut random = [0; 16];
    // Spread, as real ids are.
    random[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    random[8..].copy_from_slice(&number.to_le_bytes());
    EntityId::mint(random)
}

/// A user of the organization `alias`.
fn user(tx: &mut AdminTx<'_, '_>, alias: &str, number: u64) -> Result<(), DirectoryError> {
    let name = format!("user{number:08}");
    create_user(tx, &new_user(id(number), &name))?;
    if number < ENABLED_BELOW && number.is_multiple_of(2) {
        enable_entity(tx, &name, &address(&format!("{name}@{alias}.{SUFFIX}")), None)?;
    }
    Ok(())
}

/// An override of one of the enabled users.
fn device_override(tx: &mut AdminTx<'_, '_>, number: u64) -> Result<(), DirectoryError> {
    let put = PutOverride {
        user: id(number * 2 % ENABLED_BELOW).to_string(),
        device_id: DeviceId::from_store(format!("APPL{number:028X}")),
        effect: Effect::Allow,
        description: None,
        dates: None,
    };
    put_mobile_device_access_override(tx, &put)
}

/// Compares a page of the `many` with one of the `few`; `budgeted`: whether the budget is about this list.
fn measure<T>(
    store: &Store,
    [few, many]: [(OrganizationKey, u64); 2],
    name: &str,
    list: impl Fn(Read<'_, '_>, &PageRequest) -> Result<Page<T>, DirectoryError>,
    budgeted: bool,
) -> Result<(), Problem> {
    let mut turns = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for ((key, _), turns) in [few, many].into_iter().zip(&mut turns) {
            turns.push(page_micros(store, key, &list)?);
        }
    }
    let [of_few, of_many] = turns.map(|mut turns| median(&mut turns));
    println!("a page of 100 {name}: {of_few:.0} µs of {}, {of_many:.0} µs of {}", few.1, many.1);
    let times = of_many / of_few;
    let budget = if budgeted { "≤ 2" } else { "none" };
    ratio(&format!("a page out of many / out of 1,000, {name}"), times, budget, !budgeted || times <= 2.0);
    Ok(())
}

/// The median time of one of the first pages of the list, begun again at its end.
fn page_micros<T>(
    store: &Store,
    key: OrganizationKey,
    list: impl Fn(Read<'_, '_>, &PageRequest) -> Result<Page<T>, DirectoryError>,
) -> Result<f64, Problem> {
    let permit = Permitted::operator("bench");
    let (mut times, mut after) = (Vec::new(), Vec::new());
    for _ in 0..REPEATS {
        let request = PageRequest { after: after.clone(), rows_max: 100 };
        let began = Instant::now();
        let page = store.read_blocking(Place::Organization(key), |read| {
            list(&mut AdminRead::begin(read, key, &permit), &request)
        });
        let page = page.map_err(|error: DirectoryError| Problem::from(error))?;
        times.push(began.elapsed().as_secs_f64() * 1e6);
        if page.rows.len() != 100 {
            return Err(format!("a page of {} rows", page.rows.len()).into());
        }
        after = page.next.unwrap_or_default();
    }
    Ok(median(&mut times))
}
