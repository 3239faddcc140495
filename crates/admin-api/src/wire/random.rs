//! Random values of shapes, for tests.
