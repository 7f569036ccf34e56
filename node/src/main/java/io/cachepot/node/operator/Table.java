package io.cachepot.node.operator;

import io.cachepot.protocol.Printable;
import java.util.ArrayList;
import java.util.List;

/** Lines of columns, each as wide as it needs to be, two spaces apart. */
final class Table {
    private static final String GAP = "  ";

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param isNumber whether it is aligned to the right
     */
    record Column(String heading, boolean isNumber) {
        static Column text(String heading) {
            return new Column(heading, false);
        }

        static Column number(String heading) {
            return new Column(heading, true);
        }
    }

    Table(Column... columns) {
        this.columns = List.of(columns);
    }

    /** Adds one cell for each column; one may be what a stranger calls himself. */
    void row(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells, expected " + columns.size() + " as columns");
        }
        var row = new ArrayList<String>();
        for (Object cell : cells) {
            row.add(Printable.of(String.valueOf(cell)));
        }
        rows.add(row);
    }

    /** The headings and all rows, a line each; no line ends in a space. */
    String text() {
        var text = new StringBuilder();
        line(text, columns.stream().map(Column::heading).toList());
        rows.forEach(row -> line(text, row));
        return text.toString();
    }

    private void line(StringBuilder text, List<String> cells) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String filling = " ".repeat(width(i) - cell.length());
            line.append(i == 0 ? "" : GAP)
                    .append(columns.get(i).isNumber() ? filling + cell : cell + filling);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private int width(int column) {
        int width = columns.get(column).heading().length();
        for (List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }
}
