//! Client tokens: one effect and one answer for a request, however often and from wherever it is sent.
#![allow(clippy::unwrap_used, reason = "a fixture that fails ends its test")]

use std::sync::Arc;
use std::time::Duration;

use postroom_store::client_tokens::{self, Claim, ClientToken, TokenReused};
use postroom_store::testing::TestStore;
use postroom_store::{
    ManualClock, Migration, Options, Place, Read as _, SchemaModule, Store, StoreError, Tx, on_both_engines,
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
    index: None,
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
}

fn fixture(store: &mut TestStore) -> Fixture {
    let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_000_000)));
    store.reopen_with(Options { clock: clock.clone(), ..store.options() });
    Fixture { store: Store::clone(store), clock }
}

fn token(text: &str, request: &str) -> ClientToken {
    ClientToken::new("111122223333", "CreateThing", text, request.as_bytes())
}

fn add(tx: &mut Tx<'_>) -> Result<Vec<u8>, Refused> {
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

on_both_engines! { vec![MODULE];
    fn a_repeated_request_gets_the_first_answer_and_has_no_second_effect(store: &mut TestStore) {
        let fixture = fixture(store);
        for _ in 0..3 {
            assert_eq!(fixture.send(Some(token("t", "a"))), Ok(b"1".to_vec()));
        }
        assert_eq!(fixture.effects(), 1);
    }

    fn requests_without_a_token_and_with_other_keys_are_carried_out(store: &mut TestStore) {
        let fixture = fixture(store);
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

    fn a_token_reused_for_another_request_is_refused(store: &mut TestStore) {
        let fixture = fixture(store);
        assert_eq!(fixture.send(Some(token("t", "a"))), Ok(b"1".to_vec()));
        assert_eq!(fixture.send(Some(token("t", "b"))), Err(Refused::Reused));
        assert_eq!(fixture.effects(), 1);
    }

    fn a_refused_request_leaves_its_token_unused(store: &mut TestStore) {
        let fixture = fixture(store);
        let refused: Result<Vec<u8>, Refused> = fixture.store.write_blocking(Place::Directory, |tx| {
            client_tokens::once(tx, Some(&token("t", "a")), |tx| add(tx).and(Err(Refused::OnPurpose)))
        });
        assert_eq!(refused, Err(Refused::OnPurpose));
        assert_eq!(fixture.effects(), 0);
        assert_eq!(fixture.send(Some(token("t", "b"))), Ok(b"1".to_vec()));
    }

    fn a_token_is_remembered_for_a_day(store: &mut TestStore) {
        let fixture = fixture(store);
        assert_eq!(fixture.send(Some(token("t", "a"))), Ok(b"1".to_vec()));
        fixture.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
        assert_eq!(fixture.send(Some(token("t", "a"))), Ok(b"1".to_vec()));
        fixture.clock.advance(Duration::from_secs(1));
        assert_eq!(fixture.send(Some(token("t", "b"))), Ok(b"2".to_vec()));
        fixture.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
        assert_eq!(fixture.send(Some(token("t", "b"))), Ok(b"2".to_vec()));
    }

    fn racing_requests_have_one_effect_and_one_answer(store: &mut TestStore) {
        let fixture = fixture(store);
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

    fn a_claim_without_an_answer_is_told_apart_from_an_answer(store: &mut TestStore) {
        let fixture = fixture(store);
        let forgot: Result<bool, StoreError> = fixture.store.write_blocking(Place::Directory, |tx| {
            Ok(matches!(client_tokens::claim(tx, &token("t", "a"))?, Claim::Fresh(_)))
        });
        assert_eq!(forgot, Ok(true));
        assert!(matches!(fixture.send(Some(token("t", "a"))), Err(Refused::Store(StoreError::Bug(_)))));
    }

    fn a_sweep_removes_what_expired_and_nothing_else(store: &mut TestStore) {
        let fixture = fixture(store);
        let insert = |range: std::ops::Range<u32>| {
            let written: Result<(), Refused> = fixture.store.write_blocking(Place::Directory, move |tx| {
                for number in range.clone() {
                    client_tokens::once(tx, Some(&token(&number.to_string(), "a")), add)?;
                }
                Ok(())
            });
            written.unwrap();
        };
        insert(0..1200);
        fixture.clock.advance(Duration::from_secs(24 * 60 * 60));
        // Each new one removes four old ones.
        insert(1200..1220);
        let slice: Result<u64, StoreError> =
            fixture.store.write_blocking(Place::Directory, |tx| client_tokens::sweep(tx, 10));
        assert_eq!(slice, Ok(10));
        let rest: Result<u64, StoreError> =
            fixture.store.write_blocking(Place::Directory, |tx| client_tokens::sweep(tx, 10_000));
        assert_eq!(rest, Ok(1110));
        insert(1200..1220);
        assert_eq!(fixture.effects(), 1220);
    }

    fn requests_that_race_on_two_nodes_have_one_effect(store: &mut TestStore) {
        let Some(other) = store.another_node() else { return };
        let answers: Vec<Result<Vec<u8>, Refused>> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..16)
                .map(|number| {
                    let node = if number % 2 == 0 { Store::clone(store) } else { other.clone() };
                    scope.spawn(move || {
                        let token = token("t", "a");
                        node.write_blocking(Place::Directory, move |tx| client_tokens::once(tx, Some(&token), add))
                    })
                })
                .collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        other.close();
        assert!(answers.iter().all(|answer| *answer == Ok(b"1".to_vec())), "{answers:?}");
    }
}
