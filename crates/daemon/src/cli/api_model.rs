//! `postroom api-model`

use clap::Args;
use postroom_admin_api::extensions::POSTROOM;
use postroom_admin_api::wire::service_model;

use crate::output;
use crate::problem::Problem;

/// Options of `api-model`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ApiModel {}

const EXAMPLES: &str = "\
What WorkMail has no API for has one here: the AWS CLI learns it from this model, then `aws postroom` works.

Example:
  postroom api-model > postroom.json
  aws configure add-model --service-model file://postroom.json --service-name postroom
  aws postroom explain-access-control help";

impl ApiModel {
    pub(crate) fn run(self) -> Result<(), Problem> {
        output::print_json(&service_model(&POSTROOM))
    }
}
