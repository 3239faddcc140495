//! Full-text search: what a search and what the index of each message cost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use postroom_directory::testing::{TestOrganization, address, keyring};
use postroom_mailbox::items::append;
use postroom_mailbox::limits::SEARCH_SEGMENTS_MAX;
use postroom_mailbox::ops::{Registration, register_to_workmail};
use postroom_mailbox::search::{Ending, Field, TextQuery, join_all, matching_uids, merge};
use postroom_mailbox::{
    Flags, Folder, FolderKey, Mailbox, MailboxEpoch, MailboxKey, Mailboxes, Place, Prepared, Role,
};
use postroom_store::testing::TestStore;
use postroom_store::{Options, SchemaModule, Store};
use postroom_types::Timestamp;

use crate::Problem;
use crate::process::cpu_of;
use crate::report::{median, ratio};

/// Messages of the small mailbox.
const FEW: u64 = 10_000;
/// Bytes of a message's text.
const TEXT_BYTES: usize = 5_000;
/// Words that texts are made of.
const VOCABULARY: u64 = 30_000;
/// Messages in one transaction of the filling.
const SLICE: usize = 250;
/// Messages that are stored one by one.
const SINGLES: u64 = 2_000;
/// Each search is made this often in a turn, and both mailboxes have their turns one after the other.
const REPEATS: usize = 41;
const TURNS: usize = 5;
/// By then PostgreSQL's index has taken in what came last.
const REST_ON_POSTGRES: Duration = Duration::from_secs(5);
/// What is searched for.
const SEARCHES: [&str; 4] = ["1 % of hits", "a rare word", "a prefix", "two words"];

/// A store with one organization and mailboxes, and what lives as long.
struct World {
    mailboxes: Mailboxes,
    organization: TestOrganization,
    /// Prepared once, stored in many mailboxes.
    messages: Vec<Prepared>,
    _folder: tempfile::TempDir,
    /// PostgreSQL's database.
    database: Option<TestStore>,
}

pub(crate) fn run(large: u64, crowd: u64, on_postgres: bool) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let appended = World::new(on_postgres).await?;
        appended.cost_of_an_append().await?;
        drop(appended);
        let alone = World::new(on_postgres).await?;
        let (small_alone, _) = alone.filled("alone", FEW).await?;
        alone.rest().await?;
        let crowded = World::new(on_postgres).await?;
        let (small, _) = crowded.filled("small", FEW).await?;
        let (large_mailbox, _) = crowded.filled("large", large).await?;
        crowded.rest().await?;
        let times_large = crowded.search(large_mailbox).await?;
        print(&format!("{large} messages"), times_large);
        ratio("1 % of hits in the large mailbox, ms", times_large[0], "≤ 30", times_large[0] <= 30.0);
        let mut stored = FEW + large;
        while stored < crowd {
            let (_, count) = crowded.filled(&format!("other{stored}"), FEW.min(crowd - stored)).await?;
            stored += count;
        }
        crowded.rest().await?;
        let mut turns = [Vec::new(), Vec::new()];
        for _ in 0..TURNS {
            turns[0].push(alone.search(small_alone).await?);
            turns[1].push(crowded.search(small).await?);
        }
        let [times_alone, times_crowded] = turns.map(|turns| middle(&turns));
        print("the small mailbox, alone", times_alone);
        print(&format!("the small mailbox, among {stored} messages"), times_crowded);
        for (number, name) in SEARCHES.into_iter().enumerate() {
            let times = times_crowded[number] / times_alone[number];
            ratio(
                &format!("{name}: small mailbox in a large organization / alone"),
                times,
                "≤ 2",
                times <= 2.0,
            );
        }
        Ok(())
    })
}

/// The median of the turns of each search.
fn middle(turns: &[[f64; 4]]) -> [f64; 4] {
    std::array::from_fn(|search| median(&mut turns.iter().map(|turn| turn[search]).collect::<Vec<f64>>()))
}

fn print(name: &str, times: [f64; 4]) {
    let times = SEARCHES.iter().zip(times).map(|(search, time)| format!("{search} {time:.3} ms"));
    println!("{name}: {}", times.collect::<Vec<_>>().join(", "));
}

/// Word `number` of the vocabulary, low ones often.
fn word(seed: &mut u64) -> String {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    // The product of two even numbers falls towards the low ones, somewhat as words of a language do.
    let (one, two) = (*seed % VOCABULARY, (*seed >> 32) % VOCABULARY);
    let number = one * two / VOCABULARY;
    const SYLLABLES: [&str; 16] =
        ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "xo", "ky", "ha"];
    (0..4).map(|place| SYLLABLES[(number >> (4 * place)) as usize % 16]).collect()
}

/// Message `number`; every hundredth has the word "hundredth".
pub(crate) fn message(number: u64, of_text: bool) -> String {
    let mut seed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::with_capacity(TEXT_BYTES + 500);
    while text.len() < TEXT_BYTES {
        text.push_str(&word(&mut seed));
        text.push_str(if text.len() % 80 < 10 { "\r\n" } else { " " });
    }
    if number.is_multiple_of(100) {
        text.push_str("hundredth\r\n");
    }
    let kind = if of_text { "text/plain" } else { "application/x-bench" };
    format!(
        "From: Sender {} <sender{}@a.example>\r\nTo: reader@b.example\r\nSubject: {} {}\r\n\
         Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMessage-ID: <{number}@a.example>\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n{text}unique{number}\r\n",
        number % 50,
        number % 50,
        word(&mut seed),
        word(&mut seed),
    )
}

impl World {
    async fn new(on_postgres: bool) -> Result<Self, Problem> {
        let world = tokio::task::spawn_blocking(move || {
            let mut modules: Vec<SchemaModule> = postroom_directory::testing::modules();
            modules.push(postroom_mailbox::schema::ORGANIZATION);
            let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
            let database = if on_postgres { TestStore::postgres(modules.clone()) } else { None };
            let options = match database.as_ref().and_then(TestStore::url) {
                Some(url) => Options::postgres(url, modules),
                None if on_postgres => return Err("there is no PostgreSQL".into()),
                None => Options::embedded(folder.path(), modules),
            };
            let store = Store::open(options)?;
            let organization = TestOrganization::in_store(&store);
            let mailboxes = Mailboxes::new(store.clone(), keyring(&store));
            Ok::<_, Problem>((mailboxes, folder, database, organization))
        });
        let (mailboxes, folder, database, organization) = world.await??;
        let mut messages = Vec::new();
        for number in 0..FEW {
            messages.push(mailboxes.prepare(organization.key, message(number, true).as_bytes()).await?);
        }
        Ok(Self { mailboxes, organization, messages, _folder: folder, database })
    }

    /// A new mailbox with `count` messages, and how many.
    async fn filled(&self, name: &str, count: u64) -> Result<(MailboxKey, u64), Problem> {
        let mailbox = tokio::task::block_in_place(|| self.mailbox(name))?;
        let (inbox, began) = (self.inbox(mailbox).await?, Instant::now());
        let mut left = usize::try_from(count)?;
        while left > 0 {
            let from = usize::try_from(count)? - left;
            let slice =
                (from..from + SLICE.min(left)).map(|at| self.messages[at % self.messages.len()].clone());
            let slice: Vec<Prepared> = slice.collect();
            left -= slice.len();
            self.append(mailbox, inbox, slice).await?;
        }
        self.join().await?;
        if count > FEW || name == "alone" {
            println!(
                "{name}: {count} messages, {:.0} µs each",
                began.elapsed().as_secs_f64() * 1e6 / count as f64
            );
        }
        Ok((mailbox, count))
    }

    /// Everything is in the index then.
    async fn join(&self) -> Result<(), Problem> {
        let key = self.mailboxes.data_key(self.organization.key).await?;
        tokio::task::block_in_place(|| join_all(self.mailboxes.store(), &key, self.organization.key))?;
        Ok(())
    }

    /// The index is as the server leaves it when nothing more comes.
    async fn rest(&self) -> Result<(), Problem> {
        if self.database.is_some() {
            tokio::time::sleep(REST_ON_POSTGRES).await;
            return Ok(());
        }
        let began = Instant::now();
        let mut steps = 0;
        while tokio::task::block_in_place(|| {
            merge(self.mailboxes.store(), self.organization.key, SEARCH_SEGMENTS_MAX)
        })? {
            steps += 1;
        }
        println!("the index is merged: {steps} steps, {:.1} s", began.elapsed().as_secs_f64());
        Ok(())
    }

    fn mailbox(&self, name: &str) -> Result<MailboxKey, Problem> {
        let (owner, user) = (self.organization.user(name), name.to_owned());
        let registration = Registration {
            email: address(&format!("{name}@example.com")),
            epoch: MailboxEpoch::mint([7; 8]),
            at: None,
            provisioned_at: None,
        };
        let registered = self.organization.write(move |tx| register_to_workmail(tx, &user, &registration));
        registered.map_err(|error| format!("{error:?}"))?;
        let mailbox = self.organization.read(|tx| {
            let key = tx.organization;
            Mailbox::of(tx, key, &owner)
        });
        Ok(mailbox.map_err(|error| format!("{error:?}"))?.ok_or("no mailbox")?.key)
    }

    async fn inbox(&self, mailbox: MailboxKey) -> Result<FolderKey, Problem> {
        let organization = self.organization.key;
        let inbox = self
            .mailboxes
            .read(organization, move |read| Folder::of_role(read, organization, mailbox, Role::Inbox));
        Ok(inbox.await?.key)
    }

    async fn append(
        &self,
        mailbox: MailboxKey,
        inbox: FolderKey,
        slice: Vec<Prepared>,
    ) -> Result<(), Problem> {
        let at = Timestamp::from_seconds(1);
        let appended =
            self.mailboxes.change(self.organization.key, mailbox, Arc::from("bench"), move |mail| {
                slice.iter().try_for_each(|message| append(mail, inbox, message, Flags::NONE, at).map(drop))
            });
        Ok(appended.await?)
    }

    /// Median milliseconds of four searches of the inbox, each checked.
    async fn search(&self, mailbox: MailboxKey) -> Result<[f64; 4], Problem> {
        let place =
            Place { organization: self.organization.key, mailbox, folder: self.inbox(mailbox).await? };
        let read = move |read: &mut dyn postroom_store::Read| {
            Folder::of_role(read, place.organization, place.mailbox, Role::Inbox)
        };
        let count = u64::try_from(self.mailboxes.read(place.organization, read).await?.items_count)?;
        let copies = count.div_ceil(FEW);
        let cases = [
            (TextQuery::words(Field::Any, "hundredth", Ending::Whole), Some(count / 100)),
            (TextQuery::words(Field::Any, "unique77", Ending::Whole), Some(copies)),
            (TextQuery::words(Field::Any, "hundr", Ending::Prefix), Some(count / 100)),
            (TextQuery::words(Field::Any, "bababaci hundredth", Ending::Prefix), None),
        ];
        let key = self.mailboxes.data_key(place.organization).await?;
        let mut medians = [0.0; 4];
        for ((query, wanted), middle) in cases.into_iter().zip(&mut medians) {
            let mut times = Vec::new();
            for _ in 0..REPEATS {
                let (query, key, began) = (query.clone(), Arc::clone(&key), Instant::now());
                let found = self
                    .mailboxes
                    .read(place.organization, move |read| matching_uids(read, &key, place, &query))
                    .await?;
                times.push(began.elapsed().as_secs_f64() * 1e3);
                if wanted.is_some_and(|wanted| found.len() != wanted) {
                    return Err(format!("{} found, {wanted:?} wanted", found.len()).into());
                }
            }
            *middle = median(&mut times);
        }
        Ok(medians)
    }

    /// Messages one by one, of text and of as many bytes that are no text: processor time of making them ready and of
    /// storing them.
    async fn cost_of_an_append(&self) -> Result<(), Problem> {
        let (mut ready, mut stored) = ([0.0; 2], [0.0; 2]);
        for (kind, of_text) in [true, false].into_iter().enumerate() {
            let mailbox = tokio::task::block_in_place(|| self.mailbox(["text", "no-text"][kind]))?;
            let inbox = self.inbox(mailbox).await?;
            let (key, began) = (self.organization.key, cpu_of(std::process::id())?);
            let mut messages = Vec::new();
            for number in 0..SINGLES {
                messages.push(self.mailboxes.prepare(key, message(number, of_text).as_bytes()).await?);
            }
            let prepared = cpu_of(std::process::id())?;
            for message in messages {
                self.append(mailbox, inbox, vec![message]).await?;
            }
            self.join().await?;
            let micros = |time: Duration| time.as_secs_f64() * 1e6 / SINGLES as f64;
            ready[kind] = micros(prepared - began);
            stored[kind] = micros(cpu_of(std::process::id())? - prepared);
        }
        println!("made ready: cpu {:.0} µs of text, {:.0} µs of no text", ready[0], ready[1]);
        println!("appended one by one: cpu {:.0} µs of text, {:.0} µs of no text", stored[0], stored[1]);
        ratio("append with 5 KB in the index / without, cpu", stored[0] / stored[1], "none", true);
        Ok(())
    }
}
