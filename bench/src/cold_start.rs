//! From the start of the program to its first answer, with 1,000 organizations in the store.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Instant;

use postroom_directory::aws_account::AwsAccountId;
use postroom_directory::testing::{MASTER_KEY, carry_on, modules, new_organization, request_organization};
use postroom_store::{Options, Store};

use crate::Problem;
use crate::client::Client;
use crate::process::{self, Process};
use crate::report::{median, ratio};

const ORGANIZATIONS: usize = 1_000;
const REPEATS: usize = 5;
/// An account has at most 100 organizations in a region.
const PER_REGION: usize = 100;
const REGIONS: [&str; 3] = ["us-east-1", "us-west-2", "eu-west-1"];

pub(crate) fn run() -> Result<(), Problem> {
    let program = process::postroom()?;
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let began = Instant::now();
    fill(folder.path(), ORGANIZATIONS)?;
    println!("{ORGANIZATIONS} organizations made in {:.0?}", began.elapsed());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    // The first start makes the access key.
    drop(Process::postroom(&program, folder.path())?);
    let mut times = Vec::new();
    for _ in 0..REPEATS {
        let began = Instant::now();
        let postroom = Process::postroom(&program, folder.path())?;
        runtime.block_on(async {
            let mut client = Client::connect(postroom.address).await?;
            client.call("ListOrganizations", "{}").await
        })?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let time = median(&mut times);
    ratio("cold start to first answer, 1,000 organizations, ms", time, "≤ 200", time <= 200.0);
    Ok(())
}

/// A data directory with `organizations`.
fn fill(data: &Path, organizations: usize) -> Result<(), Problem> {
    // The fixtures seal with it.
    let key = data.join("master.key");
    std::fs::write(&key, MASTER_KEY)?;
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600))?;
    let store = Store::open(Options::embedded(data, modules()))?;
    for number in 0..organizations {
        let group = number / PER_REGION;
        let account = format!("{:012}", 100_000_000_000 + group / REGIONS.len());
        let mut new = new_organization(&store, &format!("bench{number}"));
        new.aws_account = AwsAccountId::parse(&account)?;
        REGIONS[group % REGIONS.len()].clone_into(&mut new.region);
        request_organization(&store, &new)?;
        carry_on(&store, Vec::new());
    }
    store.close();
    Ok(())
}

#[cfg(test)]
mod tests {
    use postroom_store::seal::Keyring;

    use super::*;

    #[tokio::test]
    async fn what_was_filled_opens_as_the_program_opens_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_owned();
        let filled = tokio::task::spawn_blocking(move || fill(&path, 2)).await.expect("no panic");
        filled.expect("it is filled");
        let store = Store::open(Options::embedded(folder.path(), modules())).expect("the store opens");
        Keyring::open_with_file(store, &folder.path().join("master.key")).await.expect("the key is there");
    }
}
