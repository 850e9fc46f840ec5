use std::process::ExitCode;

fn main() -> ExitCode {
    fortytwo::cli::main()
}
