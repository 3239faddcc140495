//! Tables and statements suit both engines.
#![allow(missing_docs)]

use postroom_directory::{sql, testing::modules};
use postroom_store::testing;

#[test]
fn tables_and_statements_suit_both_engines() {
    testing::check_tables(&modules());
    testing::prepare_all(&modules(), sql::all());
}
