"""What tests share carries nothing over from one to the next: kernels end, and what was broken is started again."""

import os
import urllib.request

import pytest
from jupyter_client import BlockingKernelClient
from playwright.sync_api import expect

from tests.browser.server import WORD

pytestmark = pytest.mark.browser


def process_of_the_kernel(server):
    [connection] = server.folder.rglob(f"kernel-{server.used_kernels()[0]}.json")
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    client.start_channels()
    asked = {"process": "__import__('os').getpid()"}
    answer = client.execute("", user_expressions=asked, reply=True, timeout=60)
    client.stop_channels()
    return int(answer["content"]["user_expressions"]["process"]["data"]["text/plain"])


@pytest.mark.parametrize(("kind", "name"), [("lab", ""), ("app", "mmt")])
def test_a_kernel_is_gone_when_it_has_been_ended(shared, kind, name):
    server = shared.server(kind, name)
    if kind == "lab":
        asked = urllib.request.Request(
            f"{server.base}/api/kernels", headers={"Authorization": f"token {WORD}"}, data=b"{}"
        )
        urllib.request.urlopen(asked, timeout=60).read()
    else:
        page = shared.browser().new_page()
        page.goto(server.base)
        expect(page.get_by_role("main")).to_be_visible()
    process = process_of_the_kernel(server)
    os.kill(process, 0)
    server.end_kernels()
    assert server.used_kernels() == []
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_what_a_test_has_broken_is_started_again(shared):
    assert shared.browser() is shared.browser()
    shared.browser().close()
    assert shared.browser().is_connected()
    assert shared.server("app", "mmt") is shared.server("app", "mmt")
    shared.server("app", "mmt").stop()
    assert shared.server("app", "mmt").is_running()
