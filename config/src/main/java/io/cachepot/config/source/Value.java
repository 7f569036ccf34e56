package io.cachepot.config.source;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value as a source has it, before anybody knows what it means. */
sealed interface Value {
    /** In a file the place of the key, for an element of a list that of the element. */
    Origin origin();

    /** What it is, in words; never its content. */
    String describe();

    /** A string; from the environment and from flags also anything else, as text. */
    record Text(String text, Origin origin) implements Value {
        @Override
        public String describe() {
            return "text";
        }

        /** Without the content, which may be a secret. */
        @Override
        public String toString() {
            return "Text[" + origin + "]";
        }
    }

    record Whole(long number, Origin origin) implements Value {
        @Override
        public String describe() {
            return "a whole number";
        }
    }

    record Truth(boolean isTrue, Origin origin) implements Value {
        @Override
        public String describe() {
            return "true or false";
        }
    }

    record Elements(List<Value> elements, Origin origin) implements Value {
        public Elements {
            elements = List.copyOf(elements);
        }

        @Override
        public String describe() {
            return "a list";
        }
    }

    /** Keys in the order of the source. */
    record Table(Map<String, Value> entries, Origin origin) implements Value {
        public Table {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public String describe() {
            return "a table";
        }

        /**
         * With {@code value} at {@code path}, in place of what was there. Where the path leads
         * through something that is no table all stays as it is, to be refused for just that.
         */
        Table with(List<String> path, Value value) {
            var key = path.getFirst();
            var changed = new LinkedHashMap<>(entries);
            if (path.size() == 1) {
                changed.put(key, value);
            } else if (entries.getOrDefault(key, new Table(Map.of(), value.origin()))
                    instanceof Table inner) {
                changed.put(key, inner.with(path.subList(1, path.size()), value));
            }
            return new Table(changed, origin);
        }
    }

    /** What no setting is: a fraction, a date, a null. */
    record Other(String describe, Origin origin) implements Value {}
}
