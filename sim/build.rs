//! Builds the preloaded library with the system's C compiler.

use std::path::Path;
use std::process::{Command, ExitCode};

const SOURCES: &[&str] = &["shim/log.c", "shim/files.c", "shim/names.c"];

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=shim");
    let folder = std::env::var_os("OUT_DIR").unwrap_or_default();
    let library = Path::new(&folder).join("libpostroom-shim.so");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let mut command = Command::new(&compiler);
    command.args([
        "-std=gnu11",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-fPIC",
        "-shared",
        "-fvisibility=hidden",
    ]);
    command.arg("-o").arg(&library).args(SOURCES).args(["-ldl", "-lpthread"]);
    match command.status() {
        Ok(status) if status.success() => {
            println!("cargo:rustc-env=POSTROOM_SIM_SHIM={}", library.display());
            ExitCode::SUCCESS
        }
        Ok(status) => {
            eprintln!("`{compiler}` failed on sim/shim: {status}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!(
                "sim/ needs a C compiler, and `{compiler}` cannot be run: {error}; on Debian: the package `gcc`"
            );
            ExitCode::FAILURE
        }
    }
}
