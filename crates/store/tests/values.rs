//! Values and the parts of SQL that capabilities use, alike on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

use postroom_store::testing::TestStore;
use postroom_store::{
    Migration, Parameter, Place, Read, Row, SchemaModule, Statement, StoreError, Value, on_both_engines,
    parameters, statements,
};
use postroom_types::fold;

statements! {
    INSERT = "INSERT INTO items (id, number, text, bytes) VALUES ($1, $2, $3, $4)";
    ONE = "SELECT number, text, bytes FROM items WHERE id = $1";
    /// Parameters in another order than their numbers.
    SWAPPED = "SELECT id FROM items WHERE text = $2 AND number = $1";
    TWICE = "SELECT id FROM items WHERE number = $1 OR id = $1 ORDER BY id";
    PAGE = "SELECT id FROM items WHERE (number, id) > ($1, $2) ORDER BY number, id LIMIT $3";
    BY_BYTES = "SELECT id FROM items WHERE bytes >= $1 ORDER BY bytes, id LIMIT 10";
    EXISTS = "SELECT EXISTS (SELECT 1 FROM items WHERE id = $1)";
    COUNT = "SELECT COUNT(*), COALESCE(MAX(id), 0), CAST(COALESCE(SUM(number), 0) AS BIGINT) FROM items";
    UPSERT = "INSERT INTO items AS i (id, number, text) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET number = i.number + excluded.number RETURNING number";
    UPDATE = "UPDATE items SET number = number + $2 WHERE id = $1 RETURNING number";
    DELETE = "DELETE FROM items WHERE number < $1";
    CASE = "SELECT CASE WHEN number > $1 THEN 'more' ELSE 'less' END FROM items ORDER BY id";
}

const MODULE: SchemaModule = SchemaModule {
    name: "items",
    in_directory: true,
    index: None,
    tables: &["items"],
    migrations: &[Migration {
        number: 1,
        text:
            "CREATE TABLE items (id BIGINT NOT NULL, number BIGINT, text TEXT, bytes BYTEA, PRIMARY KEY (id))
            /*sqlite STRICT, WITHOUT ROWID */",
    }],
};

/// Number, text, bytes.
type Columns<'a> = (Option<i64>, Option<&'a str>, Option<&'a [u8]>);

fn insert(store: &TestStore, id: i64, number: Option<i64>, text: Option<&str>, bytes: Option<&[u8]>) {
    let (text, bytes) = (text.map(str::to_owned), bytes.map(<[u8]>::to_vec));
    let inserted: Result<u64, StoreError> = store.write_blocking(Place::Directory, move |tx| {
        tx.execute(&INSERT, parameters![id, number, text.as_ref(), bytes.as_ref()])
    });
    assert_eq!(inserted, Ok(1));
}

fn rows(store: &TestStore, statement: &'static Statement, parameters: &[Parameter<'_>]) -> Vec<Vec<Value>> {
    let read: Result<Vec<Row>, StoreError> =
        store.read_blocking(Place::Directory, |read| read.query(statement, parameters));
    read.unwrap().into_iter().map(|row| row.0).collect()
}

fn ids(store: &TestStore, statement: &'static Statement, parameters: &[Parameter<'_>]) -> Vec<i64> {
    let id = |row: Vec<Value>| Row(row).take(0);
    rows(store, statement, parameters).into_iter().map(id).collect()
}

on_both_engines! { vec![MODULE];
    fn values_come_back_as_they_were(store: &mut TestStore) {
        let all_bytes: Vec<u8> = (0..=255).collect();
        let long = "x".repeat(200_000);
        let cases: [Columns<'_>; 6] = [
            (None, None, None),
            (Some(0), Some(""), Some(b"")),
            (Some(i64::MIN), Some("\u{1}\u{7f}\u{fffd}"), Some(&all_bytes)),
            (Some(i64::MAX), Some("ß İ 名 🐈 'quoted' $1 ?1 \\ %"), Some(b"\0")),
            (Some(-1), Some(&long), Some(long.as_bytes())),
            (Some(1), Some(" trailing "), Some(b"\xff\xff")),
        ];
        for (id, (number, text, bytes)) in (0..).zip(cases) {
            insert(store, id, number, text, bytes);
            let expected = vec![
                number.map_or(Value::Null, Value::Integer),
                text.map_or(Value::Null, |text| Value::Text(text.to_owned())),
                bytes.map_or(Value::Null, |bytes| Value::Bytes(bytes.to_vec())),
            ];
            assert_eq!(rows(store, &ONE, parameters![id]), [expected]);
        }
    }

    fn parameters_go_where_their_numbers_say(store: &mut TestStore) {
        insert(store, 1, Some(2), Some("a"), None);
        insert(store, 2, Some(1), Some("b"), None);
        assert_eq!(ids(store, &SWAPPED, parameters![2, "a"]), [1]);
        assert_eq!(ids(store, &TWICE, parameters![1]), [1, 2]);
    }

    fn bytes_are_ordered_by_their_values(store: &mut TestStore) {
        let keys: [&[u8]; 6] = [b"", b"\0", b"\0\0", b"\x7f", b"\x80", b"\xff"];
        for (id, key) in [0, 1, 2, 3, 4, 5].into_iter().zip(keys).rev() {
            insert(store, id, None, None, Some(key));
        }
        assert_eq!(ids(store, &BY_BYTES, parameters![b"".as_slice()]), [0, 1, 2, 3, 4, 5]);
        assert_eq!(ids(store, &BY_BYTES, parameters![b"\x80".as_slice()]), [4, 5]);
        let (lower, upper) = (fold("zebra"), fold("ZEBRA"));
        assert_eq!(lower.as_bytes(), upper.as_bytes());
    }

    fn pages_by_row_values(store: &mut TestStore) {
        (0..10).for_each(|id| insert(store, id, Some(id / 3), None, None));
        assert_eq!(ids(store, &PAGE, parameters![0, 1, 3]), [2, 3, 4]);
        assert_eq!(ids(store, &PAGE, parameters![3, 9, 3]), Vec::<i64>::new());
    }

    fn expressions_have_our_types(store: &mut TestStore) {
        assert_eq!(rows(store, &COUNT, parameters![]), [vec![Value::Integer(0); 3]]);
        insert(store, 3, Some(4), None, None);
        insert(store, 4, Some(5), None, None);
        assert_eq!(
            rows(store, &COUNT, parameters![]),
            [vec![Value::Integer(2), Value::Integer(4), Value::Integer(9)]]
        );
        assert_eq!(rows(store, &EXISTS, parameters![3]), [vec![Value::Integer(1)]]);
        assert_eq!(rows(store, &EXISTS, parameters![9]), [vec![Value::Integer(0)]]);
        let words = ["less", "more"].map(|word| vec![Value::Text(word.to_owned())]);
        assert_eq!(rows(store, &CASE, parameters![4]), words);
    }

    fn writes_answer_rows_and_counts(store: &mut TestStore) {
        let written: Result<_, StoreError> = store.write_blocking(Place::Directory, |tx| {
            let mut numbers = Vec::new();
            for number in [5, 7] {
                let mut row = tx.query_first(&UPSERT, parameters![1, number, "t"])?.unwrap();
                numbers.push(row.take::<i64>(0));
            }
            numbers.push(tx.query_first(&UPDATE, parameters![1, -2])?.unwrap().take(0));
            let none = tx.query_first(&UPDATE, parameters![2, 1])?.is_none();
            let kept = tx.execute(&DELETE, parameters![10])?;
            let deleted = tx.execute(&DELETE, parameters![11])?;
            Ok((numbers, none, kept, deleted))
        });
        assert_eq!(written, Ok((vec![5, 12, 10], true, 0, 1)));
    }
}

#[test]
fn the_statements_suit_both_engines() {
    postroom_store::testing::prepare_all(&[MODULE], ALL);
}
