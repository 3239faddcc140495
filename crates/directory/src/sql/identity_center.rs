//! IAM Identity Center applications, in the directory.

postroom_store::statements! {
    COUNT = "SELECT COUNT(*) FROM identity_center_applications WHERE aws_account = $1";
    INSERT = "INSERT INTO identity_center_applications (application_arn, aws_account, name, instance_arn, created_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    SELECT_INSTANCE = "SELECT instance_arn FROM identity_center_applications
        WHERE application_arn = $1 AND aws_account = $2";
    DELETE = "DELETE FROM identity_center_applications WHERE application_arn = $1 AND aws_account = $2";
}
