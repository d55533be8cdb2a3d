//! The code generated from `proto/`. Nothing outside `tfplug` needs it, except a host in a test.

/// The Terraform plugin protocol, `proto/tfplugin6.proto`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod tfplugin6 {
    tonic::include_proto!("tfplugin6");
}

/// The services of every go-plugin, `proto/go_plugin.proto`.
#[allow(missing_docs, clippy::all, clippy::pedantic)]
pub mod plugin {
    tonic::include_proto!("plugin");
}
