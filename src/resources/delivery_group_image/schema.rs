//! The arguments and attributes.

use tfplug::{
    schema::{Attribute, Schema, validate},
    timeouts::{Operation, Timeouts},
};

use crate::delivery_group;

pub(super) fn schema() -> Schema {
    let text = Attribute::string;
    Schema::new(
        "The image that a delivery group of Alibaba Cloud App Streaming runs.\n\n\
         ~> **An image update disconnects everybody** who is using an application of the group, and what they have not \
         saved can be lost. The plan says how many sessions there are.",
    )
    .attribute("id", text("The delivery group's ID.").computed().use_state_for_unknown())
    .attribute("delivery_group_id", delivery_group::id_attribute().requires_replace())
    .attribute(
        "image_id",
        text(
            "The image's ID (`AppCenterImageId`), for instance `img-8z4nztpaqvay4****`. It must be available in the \
             group's region.",
        )
        .required()
        .validate(delivery_group::id()),
    )
    .attribute("region", delivery_group::own_region_attribute())
    .attribute(
        "product_type",
        text("The product type (`ProductType`). App Streaming has one: `CloudApp`, the default.")
            .default("CloudApp")
            .requires_replace()
            .validate(validate::one_of(["CloudApp"])),
    )
    .attribute(
        "on_destroy",
        text(
            "What a destruction does. `keep`: the group keeps its image, and nobody is disconnected. `restore`: the \
             group gets back the image from before Terraform took over (`previous_image_id`), which disconnects \
             everybody. Default `keep`.",
        )
        .default("keep")
        .validate(validate::one_of(["keep", "restore"])),
    )
    .attribute(
        "wait_for_completion",
        Attribute::bool(
            "Whether to wait until the group is published with the new image. Without it, an update that fails later \
             is seen by the next plan only. Default `true`.",
        )
        .default(true),
    )
    .attribute(
        "timeouts",
        Timeouts::attribute(&[(Operation::Create, "60m"), (Operation::Update, "60m"), (Operation::Delete, "60m")]),
    )
    .attribute(
        "status",
        text(
            "The group's status (`Status`), for instance `PUBLISHED`, or `MAINTAINING` while an update runs. After an \
             update that failed (`MAINTAIN_FAILED`) the next plan starts it again.",
        )
        .informational(),
    )
    .attribute("image_name", text("The image's name.").informational())
    .attribute("delivery_group_name", text("The delivery group's name.").informational().use_state_for_unknown())
    .attribute(
        "previous_image_id",
        text("The image that the group had before Terraform took over.").computed().use_state_for_unknown(),
    )
}
