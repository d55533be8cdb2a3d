//! From an empty folder to a provider that Terraform runs, tests that need no Terraform, and a release.
//!
//! The chapters can be read in their order, or each for itself; all of their code compiles.
//!
//! 1. [The first provider](first_provider): an empty folder, a provider, and Terraform that applies with it.
//! 2. [Resources](resources): plan, create, checkpoint, read, update, delete, replace, import, identity.
//! 3. [Values](values): null and unknown, lists, sets, maps, objects, dynamic values, exact numbers, secrets, timeouts.
//! 4. [Schemas](schemas): validators, plan modifiers, defaults, blocks, semantic equality, deprecation.
//! 5. [States over time](versions): versions, upgrades, moves from other types, identities of older versions.
//! 6. [The other kinds](other_kinds): data sources, ephemeral resources, functions, list resources, actions.
//! 7. [Errors, warnings and Ctrl-C](errors): diagnostics, what is stored when something fails, and a stop in between.
//! 8. [Testing](testing): a provider's whole life in its own tests, without Terraform.
//! 9. [Releasing](releasing): names, archives, manifest and signature as the registry wants them.
//!
//! For those who have a provider already: [coming from tf-provider](from_tf_provider), and
//! [coming from terraform-plugin-framework](from_plugin_framework).

#[doc = include_str!("first_provider.md")]
pub mod first_provider {}

#[doc = include_str!("resources.md")]
pub mod resources {}

#[doc = include_str!("values.md")]
pub mod values {}

#[doc = include_str!("schemas.md")]
pub mod schemas {}

#[doc = include_str!("versions.md")]
pub mod versions {}

#[doc = include_str!("other_kinds.md")]
pub mod other_kinds {}

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("testing.md")]
pub mod testing {}

#[doc = include_str!("releasing.md")]
pub mod releasing {}

#[doc = include_str!("from_tf_provider.md")]
pub mod from_tf_provider {}

#[doc = include_str!("from_plugin_framework.md")]
pub mod from_plugin_framework {}
