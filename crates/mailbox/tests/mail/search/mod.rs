//! Full-text search.

mod following;
mod model;
mod queries;
mod support;
