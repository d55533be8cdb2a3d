//! What holds for everything that the provider serves, and what it says of wrong configurations.

mod alibaba_input;
mod huawei_input;
mod schemas;
