//! A provider on the other side of a connection, behind the same trait as one in this process.

use futures_util::StreamExt as _;
use tonic::{Request, Response, Status, codegen::BoxStream, transport::Channel};

use crate::proto::tfplugin6::{self as proto, provider_client::ProviderClient, provider_server};

/// The largest message in bytes, as Terraform has it.
const MAX_MESSAGE_SIZE: usize = 256 << 20;

pub(super) struct Remote {
    client: ProviderClient<Channel>,
}

impl Remote {
    pub(super) fn new(channel: Channel) -> Self {
        let client = ProviderClient::new(channel)
            .max_decoding_message_size(MAX_MESSAGE_SIZE)
            .max_encoding_message_size(MAX_MESSAGE_SIZE);
        Self { client }
    }
}

/// Hands each call on, and what comes back.
macro_rules! forward {
    (one: $($call:ident)*; many: $($stream:ident)*) => {
        #[tonic::async_trait]
        impl provider_server::Provider for Remote {
            $(async fn $call(
                &self,
                request: Request<proto::$call::Request>,
            ) -> Result<Response<proto::$call::Response>, Status> {
                self.client.clone().$call(request).await
            })*
            $(async fn $stream(
                &self,
                request: Request<proto::$stream::Request>,
            ) -> Result<Response<BoxStream<proto::$stream::Event>>, Status> {
                Ok(self.client.clone().$stream(request).await?.map(|events| events.boxed() as BoxStream<_>))
            })*
        }
    };
}

forward! {
    one:
        get_metadata
        get_provider_schema
        get_resource_identity_schemas
        validate_provider_config
        validate_resource_config
        validate_data_resource_config
        validate_ephemeral_resource_config
        validate_list_resource_config
        validate_action_config
        configure_provider
        stop_provider
        upgrade_resource_state
        upgrade_resource_identity
        read_resource
        plan_resource_change
        apply_resource_change
        import_resource_state
        move_resource_state
        generate_resource_config
        read_data_source
        open_ephemeral_resource
        renew_ephemeral_resource
        close_ephemeral_resource
        get_functions
        call_function
        plan_action;
    many:
        list_resource
        invoke_action
}
