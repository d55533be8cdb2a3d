//! The bucket in which the files of the warehouse are.

use serde_json::{Value, json};

use super::super::{
    errors::{Error, code},
    request::Request,
};
use crate::{
    call::Moment,
    clock::later,
    world::{WarehouseBucket, World},
};

/// How long the keys for an upload hold, in seconds.
const KEYS_HOLD: u64 = 15 * 60;

/// GET `app-warehouse/bucket`.
pub(crate) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let bucket = world.huawei.warehouse_buckets.get(&request.project_id);
    let bucket = bucket.ok_or_else(|| Error::of(404, code::BUCKET_NOT_FOUND, "The warehouse has no bucket yet."))?;
    Ok(json!({
        "id": request.project_id,
        "bucket_name": bucket.name,
        "is_user_create_bucket": bucket.name != own_name(request),
        "update_time": bucket.updated_at,
    }))
}

/// POST `app-warehouse/bucket`: a bucket of one's own, or the service's where none is named.
pub(crate) fn bind(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let name = request.text("bucket_name").map_or_else(|| own_name(request), str::to_owned);
    let bucket = WarehouseBucket { name, updated_at: moment.now };
    world.huawei.warehouse_buckets.insert(&request.project_id, bucket);
    Ok(Value::Null)
}

/// POST `app-warehouse/bucket-and-acl/create`: the service's own bucket, unless there is one.
pub(crate) fn create(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    if world.huawei.warehouse_buckets.get(&request.project_id).is_none() {
        let bucket = WarehouseBucket { name: own_name(request), updated_at: moment.now };
        world.huawei.warehouse_buckets.insert(&request.project_id, bucket);
    }
    Ok(Value::Null)
}

/// POST `app-warehouse/action/authorize`: keys with which one file can be uploaded. The emulator has no OBS to take it.
pub(crate) fn authorize_upload(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let file = request.need("app_file_name")?;
    let bucket = world.huawei.warehouse_buckets.get(&request.project_id);
    let bucket = bucket.map_or_else(|| own_name(request), |bucket| bucket.name.clone());
    let mut random = |length| world.random().id("", length);
    Ok(json!({
        "server_end_point": format!("obs.{}.emulator.test", request.region),
        "bucket_name": bucket,
        "directory": "apps",
        "ak": random(20).to_uppercase(),
        "sk": random(40),
        "security_token": random(64),
        "expires_at": later(moment.now, KEYS_HOLD).to_string(),
        "policy": {
            "version": "1.1",
            "statement": {
                "effect": "Allow",
                "action": ["obs:object:PutObject"],
                "resource": [format!("obs:*:*:object:{bucket}/apps/{file}")],
            },
        },
    }))
}

/// The bucket that the service makes.
fn own_name(request: &Request) -> String {
    format!("wks-app-{}", request.project_id)
}
