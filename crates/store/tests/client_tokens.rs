//! Client tokens: one effect and one answer for a request, however often and from wherever it is sent.
#![allow(clippy::unwrap_used, reason = "a fixture that fails ends its test")]

use std::sync::Arc;
use std::time::Duration;

use postroom_store::client_tokens::{self, Claim, ClientToken, TokenReused};
use postroom_store::{
    Engine, ManualClock, Migration, Options, Place, SchemaModule, SeededRandom, Store, StoreError, Tx,
    parameters, statements,
};
use postroom_types::Timestamp;

statements! {
    ADD = "UPDATE effects SET number = number + 1 WHERE id = 1 RETURNING number";
    COUNT = "SELECT number FROM effects WHERE id = 1";
}

const MODULE: SchemaModule = SchemaModule {
    name: "effects",
    in_directory: true,
    tables: &["effects"],
    migrations: &[Migration {
        number: 1,
        text: "CREATE TABLE effects (id BIGINT NOT NULL, number BIGINT NOT NULL, PRIMARY KEY (id));
            INSERT INTO effects VALUES (1, 0);",
    }],
};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Refused {
    Reused,
    OnPurpose,
    Store(StoreError),
}
impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
impl From<TokenReused> for Refused {
    fn from(_: TokenReused) -> Self {
        Self::Reused
    }
}

struct Fixture {
    store: Store,
    clock: Arc<ManualClock>,
    _folder: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_000_000)));
    let store = Store::open(Options {
        engine: Engine::Embedded { root: folder.path().to_owned() },
        modules: vec![MODULE],
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(1)),
        run_twice: true,
    })
    .unwrap();
    Fixture { store, clock, _folder: folder }
}

fn token(text: &str, request: &str) -> ClientToken {
    ClientToken::new("111122223333", "CreateThing", text, request.as_bytes())
}

fn add(tx: &mut Tx<'_>) -> Result<Vec<u8>, Refused> {
    use postroom_store::Read as _;
    let mut row = tx.query_first(&ADD, parameters![])?.unwrap();
    Ok(row.take::<i64>(0).to_string().into_bytes())
}

impl Fixture {
    fn send(&self, token: Option<ClientToken>) -> Result<Vec<u8>, Refused> {
        self.store.write_blocking(Place::Directory, move |tx| client_tokens::once(tx, token.as_ref(), add))
    }

    fn effects(&self) -> i64 {
        let count = self.store.read_blocking(Place::Directory, |tx| -> Result<i64, StoreError> {
            Ok(tx.query_first(&COUNT, parameters![])?.unwrap().take(0))
        });
        count.unwrap()
    }
}

#[test]
fn a_repeated_request_gets_the_first_answer_and_has_no_second_effect() {
    let fixture = fixture();
    for _ in 0..3 {
        assert_eq!(fixture.send(Some(token("t", "a"))), Ok(b"1".to_vec()));
    }
    assert_eq!(fixture.effects(), 1);
}

#[test]
fn requests_without_a_token_and_with_other_keys_are_carried_out() {
    let fixture = fixture();
    let base = token("t", "a");
    let others = [
        None,
        None,
        Some(base.clone()),
        Some(ClientToken { aws_account: "444455556666".to_owned(), ..base.clone() }),
        Some(ClientToken { operation: "DeleteThing", ..base.clone() }),
        Some(ClientToken { token: "T".to_owned(), ..base }),
    ];
    for (number, other) in (1..).zip(others) {
        assert_eq!(fixture.send(other), Ok(number.to_string().into_bytes()));
    }
}

#[test]
fn a_token_reused_for_another_request_is_refused() {
    let fixture = fixture();
    assert_eq!(fixture.send(Some(token("t", "a"))), Ok(b"1".to_vec()));
    assert_eq!(fixture.send(Some(token("t", "b"))), Err(Refused::Reused));
    assert_eq!(fixture.effects(), 1);
}

#[test]
fn a_refused_request_leaves_its_token_unused() {
    let fixture = fixture();
    let refused: Result<Vec<u8>, Refused> = fixture.store.write_blocking(Place::Directory, |tx| {
        client_tokens::once(tx, Some(&token("t", "a")), |tx| add(tx).and(Err(Refused::OnPurpose)))
    });
    assert_eq!(refused, Err(Refused::OnPurpose));
    assert_eq!(fixture.effects(), 0);
    assert_eq!(fixture.send(Some(token("t", "b"))), Ok(b"1".to_vec()));
}

#[test]
fn a_token_is_remembered_for_a_day() {
    let fixture = fixture();
    assert_eq!(fixture.send(Some(token("t", "a"))), Ok(b"1".to_vec()));
    fixture.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    assert_eq!(fixture.send(Some(token("t", "a"))), Ok(b"1".to_vec()));
    fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(fixture.send(Some(token("t", "b"))), Ok(b"2".to_vec()));
    fixture.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    assert_eq!(fixture.send(Some(token("t", "b"))), Ok(b"2".to_vec()));
}

#[test]
fn racing_requests_have_one_effect_and_one_answer() {
    let fixture = fixture();
    for round in 1..=5_i64 {
        let name = format!("round-{round}");
        let answers: Vec<_> = std::thread::scope(|scope| {
            let (fixture, name) = (&fixture, &name);
            let racers: Vec<_> =
                (0..16).map(|_| scope.spawn(move || fixture.send(Some(token(name, "a"))))).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|answer| *answer == Ok(round.to_string().into_bytes())), "{answers:?}");
        assert_eq!(fixture.effects(), round);
    }
}

#[test]
fn a_claim_without_an_answer_is_told_apart_from_an_answer() {
    let fixture = fixture();
    let forgot: Result<bool, StoreError> = fixture.store.write_blocking(Place::Directory, |tx| {
        Ok(matches!(client_tokens::claim(tx, &token("t", "a"))?, Claim::Fresh(_)))
    });
    assert_eq!(forgot, Ok(true));
    assert!(matches!(fixture.send(Some(token("t", "a"))), Err(Refused::Store(StoreError::Bug(_)))));
}

#[tokio::test]
async fn a_sweep_removes_what_expired_and_nothing_else() {
    let fixture = fixture();
    let insert = |range: std::ops::Range<u32>| {
        let written: Result<(), Refused> = fixture.store.write_blocking(Place::Directory, move |tx| {
            for number in range.clone() {
                client_tokens::once(tx, Some(&token(&number.to_string(), "a")), add)?;
            }
            Ok(())
        });
        written.unwrap();
    };
    std::thread::scope(|scope| scope.spawn(|| insert(0..1200)).join().unwrap());
    fixture.clock.advance(Duration::from_secs(24 * 60 * 60));
    std::thread::scope(|scope| scope.spawn(|| insert(1200..1300)).join().unwrap());
    let slice: Result<u64, StoreError> =
        fixture.store.write(Place::Directory, |tx| client_tokens::sweep(tx, 10)).await;
    assert_eq!(slice, Ok(10));
    assert_eq!(client_tokens::sweep_all(&fixture.store, Place::Directory).await, Ok(1190));
    assert_eq!(client_tokens::sweep_all(&fixture.store, Place::Directory).await, Ok(0));
}
