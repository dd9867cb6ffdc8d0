<?php

declare(strict_types=1);

namespace Mufta\Bridge\Commands;

use Mufta\Bridge\Call;
use Mufta\Bridge\CatalogReader;
use Mufta\Bridge\CatalogWriter;
use Mufta\Bridge\Guard;

/** Products, prices and stocks. */
final class Catalog
{
    private const PAGE = 500;
    private const WRITES = 200;

    /** @return array<string, callable(Call): array<string, mixed>> */
    public static function table(): array
    {
        return [
            'products.read' => static fn (Call $call): array => CatalogReader::products(...self::page($call)),
            'prices.read' => static fn (Call $call): array => CatalogReader::prices(...self::page($call)),
            'stocks.read' => static fn (Call $call): array => CatalogReader::stocks(...self::page($call)),
            'prices.write' => self::writePrices(...),
            'stocks.write' => self::writeStocks(...),
        ];
    }

    /** @return array{int|null, int} */
    private static function page(Call $call): array
    {
        $args = $call->args->allow('afterId', 'limit');
        return [$args->idOrNull('afterId'), $args->int('limit', 1, self::PAGE)];
    }

    private static function writePrices(Call $call): array
    {
        $prices = $call->args->allow('prices')->maps('prices', self::WRITES);
        return Guard::run(static fn (): array => CatalogWriter::prices($prices, $call->deadline));
    }

    private static function writeStocks(Call $call): array
    {
        $stocks = $call->args->allow('stocks')->maps('stocks', self::WRITES);
        return Guard::run(static fn (): array => CatalogWriter::stocks($stocks, $call->deadline));
    }
}
