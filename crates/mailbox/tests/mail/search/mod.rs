//! Full-text search.

mod following;
mod joining;
mod model;
mod queries;
mod support;
