//! Mail domains: what an organization must publish, and how it proves that a domain is its own.

mod hosts;
mod new;

pub use hosts::Hosts;
pub use new::NewDomain;
