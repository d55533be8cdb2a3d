//! What may stand in the provider block, for both clouds alike: values that are not known yet, that are empty, that
//! were read from a file, that no clock can count; endpoints; and what of it nobody may see.

mod endpoints;
mod people;
mod secrets;
mod settings;
mod unknown;
mod waits;

use crate::harness::{Call, Emulator, Workspace, provider};

/// A cloud, and what a test needs to know of it.
struct Cloud {
    block: &'static str,
    region: &'static str,
    /// A region whose calls go to another host.
    other_region: &'static str,
    /// A data source that reads from the service once.
    reads: &'static str,
    /// The operation that it calls.
    operation: &'static str,
    /// The attribute with the endpoint from which credentials come, or what goes with them.
    identity: &'static str,
    /// The variables of a key pair and of the token that belongs to it.
    key_variables: [&'static str; 3],
}

const ALIBABA: Cloud = Cloud {
    block: "alibaba_cloud",
    region: "cn-hangzhou",
    other_region: "ap-southeast-1",
    reads: "appstreaming_delivery_groups",
    operation: "ListAppInstanceGroup",
    identity: "sts_endpoint",
    key_variables: ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"],
};

const HUAWEI: Cloud = Cloud {
    block: "huawei_cloud",
    region: "cn-north-4",
    other_region: "cn-east-3",
    reads: "appstreaming_server_groups",
    operation: "ListServerGroups",
    identity: "auth_url",
    key_variables: ["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"],
};

const CLOUDS: [&Cloud; 2] = [&ALIBABA, &HUAWEI];

impl Cloud {
    /// What reads from the service once, with further lines.
    fn read(&self, lines: &str) -> String {
        format!("data \"{}\" \"all\" {{\n{lines}\n}}\n", self.reads)
    }

    /// The block with these lines.
    fn block(&self, lines: &str) -> String {
        format!("{} = {{\n{lines}\n}}\n", self.block)
    }

    /// The block's lines for the emulator, without keys.
    fn at(&self, emulator: &Emulator) -> String {
        let endpoint = emulator.endpoint();
        format!("region = \"{}\"\nendpoint = \"{endpoint}\"\n{} = \"{endpoint}\"\n", self.region, self.identity)
    }

    /// A workspace that reads from this cloud, with these lines in its block.
    fn workspace(&self, lines: &str) -> Workspace {
        let mut workspace = Workspace::new();
        workspace.write("provider.tf", &provider(&self.block(lines)));
        workspace.configure(&self.read(""));
        // Nor has the machine that this runs on a role to ask for.
        workspace.set("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
        workspace
    }

    /// The access key of the read, which was made once and accepted.
    #[track_caller]
    fn caller(&self, emulator: &Emulator, workspace: &Workspace) -> String {
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        let reads: Vec<&Call> = calls.iter().filter(|call| call.operation == self.operation).collect();
        let [read] = reads[..] else { panic!("expected one read: {calls:?}") };
        assert_eq!(read.status, Some(200), "{read:?}");
        read.record["caller"].as_str().expect("a caller").to_owned()
    }
}
