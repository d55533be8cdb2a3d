//! A provider on the other side of a connection, behind the same trait as one in this process.

use futures_util::StreamExt as _;
use tokio_stream::StreamExt as _;
use tonic::{Request, Response, Status, Streaming, codegen::BoxStream, transport::Channel};

use super::super::call::MAX_MESSAGE_SIZE;
use crate::proto::tfplugin6::{self as proto, provider_client::ProviderClient, provider_server};

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

/// Hands each call on, and what comes back. The module of its messages follows a call where it has another name.
macro_rules! forward {
    (one: $($call:ident)*; named: $($named:ident($messages:ident))*; many: $($stream:ident($event:ident))*) => {
        #[tonic::async_trait]
        impl provider_server::Provider for Remote {
            $(async fn $call(
                &self,
                request: Request<proto::$call::Request>,
            ) -> Result<Response<proto::$call::Response>, Status> {
                self.client.clone().$call(request).await
            })*
            $(async fn $named(
                &self,
                request: Request<proto::$messages::Request>,
            ) -> Result<Response<proto::$messages::Response>, Status> {
                self.client.clone().$named(request).await
            })*
            $(async fn $stream(
                &self,
                request: Request<proto::$stream::Request>,
            ) -> Result<Response<BoxStream<proto::$stream::$event>>, Status> {
                Ok(self.client.clone().$stream(request).await?.map(|events| events.boxed() as BoxStream<_>))
            })*

            async fn write_state_bytes(
                &self,
                request: Request<Streaming<proto::write_state_bytes::RequestChunk>>,
            ) -> Result<Response<proto::write_state_bytes::Response>, Status> {
                // What cannot be read on its way ends the stream, and the provider sees that it is not whole.
                let request = request.map(|pieces| pieces.map_while(Result::ok));
                self.client.clone().write_state_bytes(request).await
            }
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
        plan_action
        configure_state_store
        lock_state
        unlock_state
        get_states
        delete_state;
    named:
        validate_state_store_config(validate_state_store);
    many:
        list_resource(Event)
        invoke_action(Event)
        read_state_bytes(Response)
}
