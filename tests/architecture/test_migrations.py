"""The schema's versions are one line: an upgrade never has to choose."""

from alembic.config import Config
from alembic.script import ScriptDirectory

from checkpoint.storage.schema import SCRIPTS


def test_one_chain_from_one_base_to_one_head_in_the_order_of_the_files() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1
    chain = [script.revision for script in scripts.walk_revisions()]
    files = sorted(path.name[:4] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))
    assert sorted(chain) == list(reversed(chain))
    assert [revision[:4] for revision in reversed(chain)] == files
