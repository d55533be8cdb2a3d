//! What the refreshes and the data sources of one configuration of the provider read together, through lists.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use alibaba::DeliveryGroup;
use cloud::{Bounds, Environment, Error, Found, Listing, Page, PageRequest, SharedReads};
use huawei::ServerGroup;

/// Says how far reads are shared, to measure what that is good for: `off`, or `eager` for lists from the first read on.
const VARIABLE: &str = "APPSTREAMING_SHARED_READS";

/// The reads of one kind of thing that share lists, by the place that is asked.
#[derive(Debug)]
pub(crate) struct Shared<L: Listing> {
    by_place: Mutex<HashMap<String, SharedReads<L>>>,
    setting: Option<String>,
}

impl<L: Listing> Shared<L> {
    /// Nothing is known yet.
    pub(crate) fn new(environment: &Environment) -> Self {
        Self { by_place: Mutex::default(), setting: environment.get(VARIABLE) }
    }

    /// Those of a place, where a page of the list has so many items at most.
    fn at(&self, place: String, size: u32) -> SharedReads<L> {
        let mut by_place = self.by_place.lock().unwrap_or_else(PoisonError::into_inner);
        let reads = by_place.entry(place).or_insert_with(|| {
            let reads = SharedReads::new(size);
            match self.setting.as_deref() {
                Some("off") => reads.off(),
                Some("eager") => reads.eager(),
                _ => reads,
            }
        });
        reads.clone()
    }
}

/// A page with the ID of each thing on it.
fn by_id<T>(page: Page<T>, id: impl Fn(&T) -> Option<String>) -> Page<(String, T)> {
    let items = page.items.into_iter().filter_map(|item| Some((id(&item)?, item)));
    Page { items: items.collect(), count: page.count }
}

/// The delivery groups that a client reaches.
#[derive(Clone, Debug)]
pub(crate) struct DeliveryGroups {
    client: alibaba::Client,
    product_type: String,
}

impl Listing for DeliveryGroups {
    type Item = DeliveryGroup;

    async fn one(&self, id: &str, bounds: &Bounds) -> Result<DeliveryGroup, Error> {
        self.client.delivery_group(id, &self.product_type, bounds).await
    }

    async fn page(&self, asked: PageRequest, bounds: &Bounds) -> Result<Page<(String, DeliveryGroup)>, Error> {
        let page = self.client.delivery_group_page(&self.product_type, asked, bounds).await?;
        Ok(by_id(page, |group| group.app_instance_group_id.clone()))
    }

    fn changes(&self) -> u64 {
        self.client.changes()
    }
}

impl Shared<DeliveryGroups> {
    /// Reads a delivery group.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](cloud::ErrorKind::NotFound), when there is none, and all that a call can meet.
    pub(crate) async fn read(
        &self,
        client: &alibaba::Client,
        id: &str,
        product_type: &str,
        bounds: &Bounds,
    ) -> Result<Found<DeliveryGroup>, Error> {
        let groups = DeliveryGroups { client: client.clone(), product_type: product_type.to_owned() };
        // The list is of all regions that an endpoint serves.
        let place = format!("{} {product_type}", client.endpoint());
        self.at(place, alibaba::PAGE).read(&groups, id, bounds).await
    }
}

/// The server groups of an enterprise project; of the default one where none is named.
#[derive(Clone, Debug)]
pub(crate) struct ServerGroups {
    client: huawei::Client,
    enterprise_project_id: Option<String>,
}

impl Listing for ServerGroups {
    type Item = ServerGroup;

    async fn one(&self, id: &str, bounds: &Bounds) -> Result<ServerGroup, Error> {
        self.client.server_group(id, bounds).await
    }

    async fn page(&self, asked: PageRequest, bounds: &Bounds) -> Result<Page<(String, ServerGroup)>, Error> {
        let project = self.enterprise_project_id.as_deref();
        let page = self.client.server_group_page(project, asked, bounds).await?;
        Ok(by_id(page, |group| group.id.clone()))
    }

    fn changes(&self) -> u64 {
        self.client.changes()
    }
}

impl Shared<ServerGroups> {
    /// Reads a server group of an enterprise project.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](cloud::ErrorKind::NotFound), when there is none, and all that a call can meet.
    pub(crate) async fn read(
        &self,
        client: &huawei::Client,
        id: &str,
        enterprise_project_id: Option<&str>,
        bounds: &Bounds,
    ) -> Result<Found<ServerGroup>, Error> {
        let project = enterprise_project_id.filter(|id| !id.is_empty());
        let place = format!("{:?} {project:?}", client.region());
        let groups = ServerGroups { client: client.clone(), enterprise_project_id: project.map(str::to_owned) };
        self.at(place, huawei::PAGE).read(&groups, id, bounds).await
    }
}
