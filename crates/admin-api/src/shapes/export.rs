//! Mailbox export jobs.

use postroom_types::*;

use super::*;

structure!(CancelMailboxExportJobRequest {
    client_token "ClientToken": IdempotencyClientToken,
    job_id "JobId": MailboxExportJobId,
    organization_id "OrganizationId": OrganizationId,
});
structure!(CancelMailboxExportJobResponse: Default {});
structure!(DescribeMailboxExportJobRequest {
    job_id "JobId": MailboxExportJobId,
    organization_id "OrganizationId": OrganizationId,
});
structure!(DescribeMailboxExportJobResponse: Default {
    entity_id "EntityId": Option<WorkMailIdentifier>,
    description "Description": Option<Description>,
    role_arn "RoleArn": Option<RoleArn>,
    kms_key_arn "KmsKeyArn": Option<KmsKeyArn>,
    s3_bucket_name "S3BucketName": Option<S3BucketName>,
    s3_prefix "S3Prefix": Option<S3ObjectKey>,
    s3_path "S3Path": Option<S3ObjectKey>,
    estimated_progress "EstimatedProgress": Option<Percentage>,
    state "State": Option<MailboxExportJobState>,
    error_info "ErrorInfo": Option<MailboxExportErrorInfo>,
    start_time "StartTime": Option<Timestamp>,
    end_time "EndTime": Option<Timestamp>,
});
structure!(ListMailboxExportJobsRequest {
    organization_id "OrganizationId": OrganizationId,
    next_token "NextToken": Option<NextToken>,
    max_results "MaxResults": Option<MaxResults>,
});
structure!(ListMailboxExportJobsResponse: Default {
    jobs "Jobs": Option<Jobs>,
    next_token "NextToken": Option<NextToken>,
});
list!(Jobs of MailboxExportJob, _, _);
structure!(MailboxExportJob: Default {
    job_id "JobId": Option<MailboxExportJobId>,
    entity_id "EntityId": Option<WorkMailIdentifier>,
    description "Description": Option<Description>,
    s3_bucket_name "S3BucketName": Option<S3BucketName>,
    s3_path "S3Path": Option<S3ObjectKey>,
    estimated_progress "EstimatedProgress": Option<Percentage>,
    state "State": Option<MailboxExportJobState>,
    start_time "StartTime": Option<Timestamp>,
    end_time "EndTime": Option<Timestamp>,
});
structure!(StartMailboxExportJobRequest {
    client_token "ClientToken": IdempotencyClientToken,
    organization_id "OrganizationId": OrganizationId,
    entity_id "EntityId": EntityIdentifier,
    description "Description": Option<Description>,
    role_arn "RoleArn": RoleArn,
    kms_key_arn "KmsKeyArn": KmsKeyArn,
    s3_bucket_name "S3BucketName": S3BucketName,
    s3_prefix "S3Prefix": S3ObjectKey,
});
structure!(StartMailboxExportJobResponse: Default {
    job_id "JobId": Option<MailboxExportJobId>,
});
