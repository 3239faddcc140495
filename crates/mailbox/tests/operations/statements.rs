use postroom_mailbox::{schema, sql};
use postroom_store::testing;

#[test]
fn tables_and_statements_suit_both_engines() {
    testing::check_tables(&[schema::ORGANIZATION]);
    testing::prepare_all(&[schema::ORGANIZATION], sql::all());
}
