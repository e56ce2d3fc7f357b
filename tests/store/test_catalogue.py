"""The catalogue in memory is as new as the last import."""

from bot.services.catalogue import current_catalogue
from bot.services.runtime import Runtime
from tests.store.conftest import ImportRows
from tests.store.shop_rows import product_row, recall_row


async def test_an_imported_product_is_found_at_once(import_rows: ImportRows, runtime: Runtime) -> None:
    assert (await current_catalogue(runtime)).matcher.mentions("the zorblatt", "en") == ()
    await import_rows(products=[product_row(sku="z-1", name="Zorblatt 3000")])
    (mention,) = (await current_catalogue(runtime)).matcher.mentions("the zorblat", "en")
    assert mention.family == "z-1"


async def test_a_renamed_product_is_found_by_its_new_name(import_rows: ImportRows, runtime: Runtime) -> None:
    await import_rows(products=[product_row(sku="z-1", name="Zorblatt 3000")])
    await current_catalogue(runtime)
    await import_rows(products=[product_row(sku="z-1", name="Quimbel 3000")])
    matcher = (await current_catalogue(runtime)).matcher
    assert matcher.mentions("the zorblatt", "en") == ()
    assert [one.family for one in matcher.mentions("the quimbel", "en")] == ["z-1"]


async def test_a_new_stock_is_seen_without_making_the_names_index_again(
    import_rows: ImportRows, runtime: Runtime
) -> None:
    await import_rows(products=[product_row(stock=3)])
    before = await current_catalogue(runtime)
    await import_rows(products=[product_row(stock=0)])
    after = await current_catalogue(runtime)
    assert [found.assortment.products["blender"].stock for found in (before, after)] == [3, 0]
    assert after.matcher.index is before.matcher.index


async def test_an_import_that_changes_nothing_keeps_what_is_in_memory(
    import_rows: ImportRows, runtime: Runtime
) -> None:
    await import_rows(products=[product_row()], recalls=[recall_row()])
    kept = await current_catalogue(runtime)
    await import_rows(products=[product_row()], recalls=[recall_row()])
    assert await current_catalogue(runtime) is kept


async def test_a_new_recall_is_seen_at_once(import_rows: ImportRows, runtime: Runtime) -> None:
    await import_rows(products=[product_row()])
    assert (await current_catalogue(runtime)).assortment.recall_of("blender") is None
    await import_rows(recalls=[recall_row()])
    assert (await current_catalogue(runtime)).assortment.recall_of("blender") is not None
