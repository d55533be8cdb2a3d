//! The provider's binary. Serves nothing yet: every RPC is `UNIMPLEMENTED`.

use std::process::ExitCode;

use appstreaming::tfplug::{
    plugin::{ServeOptions, serve},
    proto::tfplugin6::{self as tf, provider_server::Provider},
};
use tonic::{Request, Response, Status, Streaming};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut options = ServeOptions::new("registry.terraform.io/appstreaming/appstreaming");
    options.debug = std::env::args().any(|argument| argument == "--debug");
    match serve(options, Stub).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

struct Stub;

type Never<T> = tokio_stream::Pending<Result<T, Status>>;

macro_rules! unimplemented_rpcs {
    ($($rpc:ident($request:ty) -> $response:ty;)*) => {
        #[tonic::async_trait]
        impl Provider for Stub {
            type ListResourceStream = Never<tf::list_resource::Event>;
            type ReadStateBytesStream = Never<tf::read_state_bytes::Response>;
            type InvokeActionStream = Never<tf::invoke_action::Event>;

            $(
                async fn $rpc(&self, _: Request<$request>) -> Result<Response<$response>, Status> {
                    Err(Status::unimplemented("not served yet"))
                }
            )*
        }
    };
}

unimplemented_rpcs! {
    get_metadata(tf::get_metadata::Request) -> tf::get_metadata::Response;
    get_provider_schema(tf::get_provider_schema::Request) -> tf::get_provider_schema::Response;
    validate_provider_config(tf::validate_provider_config::Request) -> tf::validate_provider_config::Response;
    validate_resource_config(tf::validate_resource_config::Request) -> tf::validate_resource_config::Response;
    validate_data_resource_config(tf::validate_data_resource_config::Request) -> tf::validate_data_resource_config::Response;
    upgrade_resource_state(tf::upgrade_resource_state::Request) -> tf::upgrade_resource_state::Response;
    get_resource_identity_schemas(tf::get_resource_identity_schemas::Request) -> tf::get_resource_identity_schemas::Response;
    upgrade_resource_identity(tf::upgrade_resource_identity::Request) -> tf::upgrade_resource_identity::Response;
    configure_provider(tf::configure_provider::Request) -> tf::configure_provider::Response;
    read_resource(tf::read_resource::Request) -> tf::read_resource::Response;
    plan_resource_change(tf::plan_resource_change::Request) -> tf::plan_resource_change::Response;
    apply_resource_change(tf::apply_resource_change::Request) -> tf::apply_resource_change::Response;
    import_resource_state(tf::import_resource_state::Request) -> tf::import_resource_state::Response;
    move_resource_state(tf::move_resource_state::Request) -> tf::move_resource_state::Response;
    read_data_source(tf::read_data_source::Request) -> tf::read_data_source::Response;
    generate_resource_config(tf::generate_resource_config::Request) -> tf::generate_resource_config::Response;
    validate_ephemeral_resource_config(tf::validate_ephemeral_resource_config::Request) -> tf::validate_ephemeral_resource_config::Response;
    open_ephemeral_resource(tf::open_ephemeral_resource::Request) -> tf::open_ephemeral_resource::Response;
    renew_ephemeral_resource(tf::renew_ephemeral_resource::Request) -> tf::renew_ephemeral_resource::Response;
    close_ephemeral_resource(tf::close_ephemeral_resource::Request) -> tf::close_ephemeral_resource::Response;
    list_resource(tf::list_resource::Request) -> Self::ListResourceStream;
    validate_list_resource_config(tf::validate_list_resource_config::Request) -> tf::validate_list_resource_config::Response;
    get_functions(tf::get_functions::Request) -> tf::get_functions::Response;
    call_function(tf::call_function::Request) -> tf::call_function::Response;
    validate_state_store_config(tf::validate_state_store::Request) -> tf::validate_state_store::Response;
    configure_state_store(tf::configure_state_store::Request) -> tf::configure_state_store::Response;
    read_state_bytes(tf::read_state_bytes::Request) -> Self::ReadStateBytesStream;
    write_state_bytes(Streaming<tf::write_state_bytes::RequestChunk>) -> tf::write_state_bytes::Response;
    lock_state(tf::lock_state::Request) -> tf::lock_state::Response;
    unlock_state(tf::unlock_state::Request) -> tf::unlock_state::Response;
    get_states(tf::get_states::Request) -> tf::get_states::Response;
    delete_state(tf::delete_state::Request) -> tf::delete_state::Response;
    plan_action(tf::plan_action::Request) -> tf::plan_action::Response;
    invoke_action(tf::invoke_action::Request) -> Self::InvokeActionStream;
    validate_action_config(tf::validate_action_config::Request) -> tf::validate_action_config::Response;
    stop_provider(tf::stop_provider::Request) -> tf::stop_provider::Response;
}
