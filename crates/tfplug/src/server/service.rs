//! The service as tonic calls it: each method hands its request on and puts the answer into a span of its own.

use std::sync::Arc;

use tonic::{Request, Response, Streaming, codegen::BoxStream};

use super::shared::{Served, Shared};
use crate::{
    proto::tfplugin6::{self as proto, provider_server},
    provider::Provider,
};

/// A [`Provider`] as a service that Terraform can call.
pub(crate) struct Server {
    shared: Arc<Shared>,
}

impl Server {
    /// Makes a provider ready to be served.
    pub(crate) fn new<P: Provider>(provider: P) -> Self {
        Self { shared: Arc::new(Shared::new(provider, cfg!(debug_assertions))) }
    }

    /// For a host that holds plans and results to Terraform's rules itself.
    pub(crate) fn without_own_checks<P: Provider>(provider: P) -> Self {
        Self { shared: Arc::new(Shared::new(provider, false)) }
    }
}

#[tonic::async_trait]
impl provider_server::Provider for Server {
    async fn get_metadata(&self, _: Request<proto::get_metadata::Request>) -> Served<proto::get_metadata::Response> {
        self.shared.serve("GetMetadata", "", async { self.shared.get_metadata() }).await
    }

    async fn get_provider_schema(
        &self,
        _: Request<proto::get_provider_schema::Request>,
    ) -> Served<proto::get_provider_schema::Response> {
        self.shared.serve("GetProviderSchema", "", async { self.shared.get_provider_schema() }).await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<proto::get_resource_identity_schemas::Request>,
    ) -> Served<proto::get_resource_identity_schemas::Response> {
        self.shared.serve("GetResourceIdentitySchemas", "", async { self.shared.get_resource_identity_schemas() }).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<proto::validate_provider_config::Request>,
    ) -> Served<proto::validate_provider_config::Response> {
        let request = request.into_inner();
        self.shared.serve("ValidateProviderConfig", "", async { self.shared.validate_provider_config(&request) }).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<proto::validate_resource_config::Request>,
    ) -> Served<proto::validate_resource_config::Response> {
        let request = request.into_inner();
        let answer = async { self.shared.validate_resource_config(&request) };
        self.shared.serve("ValidateResourceConfig", &request.type_name, answer).await
    }

    async fn configure_provider(
        &self,
        request: Request<proto::configure_provider::Request>,
    ) -> Served<proto::configure_provider::Response> {
        let request = request.into_inner();
        self.shared.serve("ConfigureProvider", "", self.shared.configure_provider(&request)).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<proto::upgrade_resource_state::Request>,
    ) -> Served<proto::upgrade_resource_state::Response> {
        let request = request.into_inner();
        let answer = async { self.shared.upgrade_resource_state(&request) };
        self.shared.serve("UpgradeResourceState", &request.type_name, answer).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<proto::upgrade_resource_identity::Request>,
    ) -> Served<proto::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        let answer = async { self.shared.upgrade_resource_identity(&request) };
        self.shared.serve("UpgradeResourceIdentity", &request.type_name, answer).await
    }

    async fn read_resource(
        &self,
        request: Request<proto::read_resource::Request>,
    ) -> Served<proto::read_resource::Response> {
        let request = request.into_inner();
        self.shared.serve("ReadResource", &request.type_name, self.shared.read_resource(&request)).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<proto::plan_resource_change::Request>,
    ) -> Served<proto::plan_resource_change::Response> {
        let request = request.into_inner();
        self.shared.serve("PlanResourceChange", &request.type_name, self.shared.plan_resource_change(&request)).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<proto::apply_resource_change::Request>,
    ) -> Served<proto::apply_resource_change::Response> {
        let request = request.into_inner();
        self.shared.serve("ApplyResourceChange", &request.type_name, self.shared.apply_resource_change(&request)).await
    }

    async fn import_resource_state(
        &self,
        request: Request<proto::import_resource_state::Request>,
    ) -> Served<proto::import_resource_state::Response> {
        let request = request.into_inner();
        self.shared.serve("ImportResourceState", &request.type_name, self.shared.import_resource_state(&request)).await
    }

    async fn move_resource_state(
        &self,
        request: Request<proto::move_resource_state::Request>,
    ) -> Served<proto::move_resource_state::Response> {
        let request = request.into_inner();
        let answer = async { self.shared.move_resource_state(&request) };
        self.shared.serve("MoveResourceState", &request.target_type_name, answer).await
    }

    async fn generate_resource_config(
        &self,
        request: Request<proto::generate_resource_config::Request>,
    ) -> Served<proto::generate_resource_config::Response> {
        let request = request.into_inner();
        let answer = async { self.shared.generate_resource_config(&request) };
        self.shared.serve("GenerateResourceConfig", &request.type_name, answer).await
    }

    async fn stop_provider(&self, _: Request<proto::stop_provider::Request>) -> Served<proto::stop_provider::Response> {
        let answer = async {
            self.shared.cancellation().cancel();
            proto::stop_provider::Response::default()
        };
        self.shared.serve("StopProvider", "", answer).await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<proto::validate_data_resource_config::Request>,
    ) -> Served<proto::validate_data_resource_config::Response> {
        let request = request.into_inner();
        let answer = async { self.shared.validate_data_resource_config(&request) };
        self.shared.serve("ValidateDataResourceConfig", &request.type_name, answer).await
    }

    async fn read_data_source(
        &self,
        request: Request<proto::read_data_source::Request>,
    ) -> Served<proto::read_data_source::Response> {
        let request = request.into_inner();
        let answer = self.shared.read_data_source(&request);
        self.shared.serve("ReadDataSource", &request.type_name, answer).await
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<proto::validate_ephemeral_resource_config::Request>,
    ) -> Served<proto::validate_ephemeral_resource_config::Response> {
        let request = request.into_inner();
        let answer = async { self.shared.validate_ephemeral_resource_config(&request) };
        self.shared.serve("ValidateEphemeralResourceConfig", &request.type_name, answer).await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<proto::open_ephemeral_resource::Request>,
    ) -> Served<proto::open_ephemeral_resource::Response> {
        let request = request.into_inner();
        let answer = self.shared.open_ephemeral_resource(&request);
        self.shared.serve("OpenEphemeralResource", &request.type_name, answer).await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<proto::renew_ephemeral_resource::Request>,
    ) -> Served<proto::renew_ephemeral_resource::Response> {
        let request = request.into_inner();
        let answer = self.shared.renew_ephemeral_resource(&request);
        self.shared.serve("RenewEphemeralResource", &request.type_name, answer).await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<proto::close_ephemeral_resource::Request>,
    ) -> Served<proto::close_ephemeral_resource::Response> {
        let request = request.into_inner();
        let answer = self.shared.close_ephemeral_resource(&request);
        self.shared.serve("CloseEphemeralResource", &request.type_name, answer).await
    }

    async fn get_functions(&self, _: Request<proto::get_functions::Request>) -> Served<proto::get_functions::Response> {
        self.shared.serve("GetFunctions", "", async { self.shared.get_functions() }).await
    }

    async fn call_function(
        &self,
        request: Request<proto::call_function::Request>,
    ) -> Served<proto::call_function::Response> {
        let request = request.into_inner();
        let answer = async { self.shared.call_function(&request) };
        self.shared.serve("CallFunction", &request.name, answer).await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<proto::validate_list_resource_config::Request>,
    ) -> Served<proto::validate_list_resource_config::Response> {
        let request = request.into_inner();
        let answer = async { self.shared.validate_list_resource_config(&request) };
        self.shared.serve("ValidateListResourceConfig", &request.type_name, answer).await
    }

    async fn list_resource(
        &self,
        request: Request<proto::list_resource::Request>,
    ) -> Served<BoxStream<proto::list_resource::Event>> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        self.shared.serve("ListResource", &type_name, async { self.shared.list_resource(request) }).await
    }

    async fn validate_action_config(
        &self,
        request: Request<proto::validate_action_config::Request>,
    ) -> Served<proto::validate_action_config::Response> {
        let request = request.into_inner();
        let answer = async { self.shared.validate_action_config(&request) };
        self.shared.serve("ValidateActionConfig", &request.type_name, answer).await
    }

    async fn plan_action(&self, request: Request<proto::plan_action::Request>) -> Served<proto::plan_action::Response> {
        let request = request.into_inner();
        let answer = self.shared.plan_action(&request);
        self.shared.serve("PlanAction", &request.action_type, answer).await
    }

    async fn invoke_action(
        &self,
        request: Request<proto::invoke_action::Request>,
    ) -> Served<BoxStream<proto::invoke_action::Event>> {
        let request = request.into_inner();
        let type_name = request.action_type.clone();
        self.shared.serve("InvokeAction", &type_name, async { self.shared.invoke_action(request) }).await
    }

    async fn validate_state_store_config(
        &self,
        request: Request<proto::validate_state_store::Request>,
    ) -> Served<proto::validate_state_store::Response> {
        let request = request.into_inner();
        let answer = async { self.shared.validate_state_store(&request) };
        self.shared.serve("ValidateStateStoreConfig", &request.type_name, answer).await
    }

    async fn configure_state_store(
        &self,
        request: Request<proto::configure_state_store::Request>,
    ) -> Served<proto::configure_state_store::Response> {
        let request = request.into_inner();
        let answer = self.shared.configure_state_store(&request);
        self.shared.serve("ConfigureStateStore", &request.type_name, answer).await
    }

    async fn read_state_bytes(
        &self,
        request: Request<proto::read_state_bytes::Request>,
    ) -> Served<BoxStream<proto::read_state_bytes::Response>> {
        let request = request.into_inner();
        self.shared.serve("ReadStateBytes", &request.type_name, self.shared.read_state_bytes(&request)).await
    }

    async fn write_state_bytes(
        &self,
        request: Request<Streaming<proto::write_state_bytes::RequestChunk>>,
    ) -> Served<proto::write_state_bytes::Response> {
        let answer = self.shared.write_state_bytes(request.into_inner());
        self.shared.serve("WriteStateBytes", "", answer).await?.into_inner().map(Response::new)
    }

    async fn lock_state(&self, request: Request<proto::lock_state::Request>) -> Served<proto::lock_state::Response> {
        let request = request.into_inner();
        self.shared.serve("LockState", &request.type_name, self.shared.lock_state(&request)).await
    }

    async fn unlock_state(
        &self,
        request: Request<proto::unlock_state::Request>,
    ) -> Served<proto::unlock_state::Response> {
        let request = request.into_inner();
        self.shared.serve("UnlockState", &request.type_name, self.shared.unlock_state(&request)).await
    }

    async fn get_states(&self, request: Request<proto::get_states::Request>) -> Served<proto::get_states::Response> {
        let request = request.into_inner();
        self.shared.serve("GetStates", &request.type_name, self.shared.get_states(&request)).await
    }

    async fn delete_state(
        &self,
        request: Request<proto::delete_state::Request>,
    ) -> Served<proto::delete_state::Response> {
        let request = request.into_inner();
        self.shared.serve("DeleteState", &request.type_name, self.shared.delete_state(&request)).await
    }
}
