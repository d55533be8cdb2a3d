//! `--debug`: the provider runs on its own, under a debugger perhaps, and Terraform attaches to it.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    process,
};

use serde::Serialize;

use super::{address::Address, handshake::PROTOCOL_VERSION};

/// What Terraform needs to know of a running provider, in the names that it reads from `TF_REATTACH_PROVIDERS`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Reattach<'a> {
    protocol: &'static str,
    protocol_version: u32,
    pid: u32,
    // Terraform leaves a provider running that says so.
    test: bool,
    addr: Addr<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Addr<'a> {
    network: &'static str,
    string: &'a str,
}

/// Tells the person at the terminal, on standard output, how to attach Terraform.
pub(super) fn announce(provider: &str, address: &Address) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(announcement(provider, address, process::id())?.as_bytes())?;
    stdout.flush()
}

fn announcement(provider: &str, address: &Address, pid: u32) -> io::Result<String> {
    let providers = reattach_providers(provider, address, pid)?;
    Ok(format!(
        "The provider is running. In the shell that is to run terraform:\n\n    {}\n\n\
         It serves until it is interrupted (Ctrl-C).\n",
        assignment(&providers)
    ))
}

/// The value of `TF_REATTACH_PROVIDERS`.
fn reattach_providers(provider: &str, address: &Address, pid: u32) -> io::Result<String> {
    let reattach = Reattach {
        protocol: "grpc",
        protocol_version: PROTOCOL_VERSION,
        pid,
        test: true,
        addr: Addr { network: address.network, string: &address.address },
    };
    Ok(serde_json::to_string(&BTreeMap::from([(provider, reattach)]))?)
}

/// The line to paste into a POSIX shell, or into PowerShell on Windows.
fn assignment(value: &str) -> String {
    if cfg!(windows) {
        format!("$env:TF_REATTACH_PROVIDERS='{}'", value.replace('\'', "''"))
    } else {
        format!("export TF_REATTACH_PROVIDERS='{}'", value.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_json_is_what_terraform_reads() {
        let address = Address { network: "unix", address: "/tmp/it's/socket".to_owned() };
        let value = reattach_providers("registry.terraform.io/a/b", &address, 42).unwrap();
        let expected = json!({
            "registry.terraform.io/a/b": {
                "Protocol": "grpc",
                "ProtocolVersion": 6,
                "Pid": 42,
                "Test": true,
                "Addr": { "Network": "unix", "String": "/tmp/it's/socket" },
            },
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&value).unwrap(), expected);
    }

    #[cfg(unix)]
    #[test]
    fn a_person_is_told_the_line_to_paste() {
        let address = Address { network: "unix", address: "/tmp/socket".to_owned() };
        let announcement = announcement("registry.terraform.io/a/b", &address, 42).unwrap();
        let line = announcement.lines().find(|line| line.contains("TF_REATTACH_PROVIDERS")).unwrap();
        let value = line.strip_prefix("    export TF_REATTACH_PROVIDERS='").unwrap().strip_suffix('\'').unwrap();
        let value: serde_json::Value = serde_json::from_str(value).unwrap();
        assert_eq!(value["registry.terraform.io/a/b"]["Addr"]["String"], "/tmp/socket");
    }

    #[cfg(unix)]
    #[test]
    fn a_quote_in_the_path_does_not_end_the_shell_s_string() {
        assert_eq!(assignment("it's"), r"export TF_REATTACH_PROVIDERS='it'\''s'");
    }
}
