//! A page of 100 users out of many costs what one out of few costs.

use std::time::Instant;

use postroom_directory::admin::{AdminRead, AdminTx};
use postroom_directory::ops::{create_user, list_users};
use postroom_directory::page::PageRequest;
use postroom_directory::testing::{modules, new_user, organization};
use postroom_directory::{DirectoryError, Filters};
use postroom_policy::permit::Permitted;
use postroom_store::{Options, Place, Store};
use postroom_types::{EntityId, OrganizationKey};

use crate::Problem;
use crate::report::{median, ratio};

const FEW: u64 = 1_000;
/// Users made in one transaction.
const SLICE: u64 = 2_000;
const REPEATS: usize = 200;

pub(crate) fn run(rows: u64) -> Result<(), Problem> {
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let store = Store::open(Options::embedded(folder.path(), modules()))?;
    let (few, many) = (organization(&store, "few"), organization(&store, "many"));
    let began = Instant::now();
    fill(&store, few, FEW)?;
    fill(&store, many, rows)?;
    println!("{rows} users made in {:.0?}", began.elapsed());
    let (of_few, of_many) = (page_micros(&store, few)?, page_micros(&store, many)?);
    println!("a page of 100 users: {of_few:.0} µs of {FEW}, {of_many:.0} µs of {rows}");
    let times = of_many / of_few;
    ratio("a page out of many / out of 1,000", times, "≤ 2", times <= 2.0);
    Ok(())
}

fn fill(store: &Store, key: OrganizationKey, rows: u64) -> Result<(), Problem> {
    let mut from = 0;
    while from < rows {
        let to = rows.min(from + SLICE);
        let written: Result<(), DirectoryError> = store.write_blocking(Place::Organization(key), move |tx| {
            let permit = Permitted::operator("bench");
            let mut tx = AdminTx::begin(tx, &permit)?;
            (from..to).try_for_each(|number| {
                let mut random = [0; 16];
                // Spread, as real ids are.
                random[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
                random[8..].copy_from_slice(&number.to_le_bytes());
                create_user(&mut tx, &new_user(EntityId::mint(random), &format!("user{number:08}"))).map(drop)
            })
        });
        written?;
        from = to;
    }
    Ok(())
}

/// The median time of a page in the middle of the list.
fn page_micros(store: &Store, key: OrganizationKey) -> Result<f64, Problem> {
    let permit = Permitted::operator("bench");
    let (mut times, mut after) = (Vec::new(), Vec::new());
    for _ in 0..REPEATS {
        let request = PageRequest { after: after.clone(), rows_max: 100 };
        let began = Instant::now();
        let page = store.read_blocking(Place::Organization(key), |read| {
            list_users(&mut AdminRead::begin(read, key, &permit), &Filters::default(), &request)
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
