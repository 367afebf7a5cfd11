"""What the documents say of the command line is what the command line has."""

import re

from gnomon_server import REPOSITORY, succeed


def serve_options():
    text = succeed("serve", "--help").stdout
    return {name: variable for name, variable in
            re.findall(r"^  --([a-z-]+)(?: <[^>]*>)?\s(?:(?!\n  --)[\s\S])*?\((GNOMON_[A-Z_]+)", text, re.MULTILINE)}


def documented_options():
    text = (REPOSITORY / "docs/configuration.md").read_text()
    return dict(re.findall(r"^\| `--([a-z-]+)` \| `(GNOMON_[A-Z_]+)` \|", text, re.MULTILINE))


def test_every_setting_of_the_server_is_documented():
    options = serve_options()
    assert len(options) >= 10
    assert documented_options() == options


def test_a_variable_is_named_after_its_option():
    for option, variable in serve_options().items():
        assert variable == "GNOMON_" + option.upper().replace("-", "_")


def test_the_readme_names_every_command():
    listed = re.findall(r"^  ([a-z]+)  +[A-Z]", succeed("--help").stdout, re.MULTILINE)
    readme = (REPOSITORY / "README.md").read_text()
    assert {"serve", "migrate", "load", "register", "predict", "doctor"} <= set(listed)
    for command in listed:
        assert f"gnomon {command}" in readme
    assert len(readme.splitlines()) <= 200
