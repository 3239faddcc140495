//! PutEmailMonitoringConfiguration, DeleteEmailMonitoringConfiguration, DescribeEmailMonitoringConfiguration (WB §13.1).

use crate::DirectoryError;
use crate::admin::{AdminRead, AdminTx};
use crate::settings::{Monitoring, change_settings, settings};

/// Sets where mail events go; replaces what was set.
pub fn put_email_monitoring_configuration(
    tx: &mut AdminTx<'_, '_>,
    monitoring: &Monitoring,
) -> Result<(), DirectoryError> {
    change_settings(tx, |settings| settings.monitoring = Some(monitoring.clone()))
}

/// Mail events go nowhere any more; nothing set is no error.
pub fn delete_email_monitoring_configuration(tx: &mut AdminTx<'_, '_>) -> Result<(), DirectoryError> {
    change_settings(tx, |settings| settings.monitoring = None)
}

/// Where mail events go. `NotFound` when nothing is set.
pub fn describe_email_monitoring_configuration(tx: &mut AdminRead<'_>) -> Result<Monitoring, DirectoryError> {
    let organization = tx.organization;
    settings(tx, organization)?.monitoring.ok_or_else(|| {
        DirectoryError::NotFound("The organization has no e-mail monitoring configuration.".to_owned())
    })
}
