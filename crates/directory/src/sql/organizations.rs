//! Organizations, in the directory.

postroom_store::statements! {
    BY_ID = "SELECT organization, organization_id, aws_account, region, alias, state FROM organizations
        WHERE organization_id = $1";
}
