//! Compiles the protocol files in `proto/` with protox, so that no system `protoc` is needed.

use std::{env, error::Error, path::Path};

const FILES: [&str; 2] = ["tfplugin6.proto", "go_plugin.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    // In a published crate the link to the repository's folder is a folder. Where git makes no links, it is neither.
    let folders = [Path::new("proto"), Path::new("../../proto")];
    let folder =
        folders.into_iter().find(|folder| folder.join(FILES[0]).is_file()).ok_or("there is no folder proto")?;
    for file in FILES {
        println!("cargo:rerun-if-changed={}", folder.join(file).display());
    }
    let descriptors = protox::compile(FILES, [folder])?;
    // Tests and benches drive the plugin as a host does, and the library cannot know which of its users is a test: the
    // clients are generated always and are dropped by the linker where unused.
    tonic_prost_build::configure()
        .build_client(true)
        .build_server(true)
        // What a server does not implement answers UNIMPLEMENTED, which Terraform understands.
        .generate_default_stubs(true)
        .bytes(".")
        .emit_rerun_if_changed(false)
        .out_dir(Path::new(&env::var("OUT_DIR")?))
        .compile_fds(descriptors)?;
    Ok(())
}
