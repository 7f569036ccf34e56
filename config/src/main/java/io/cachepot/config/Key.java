package io.cachepot.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a setting is called in files where its component is called otherwise, and what a kind of
 * settings has for its {@code type}. For docs/SETTINGS.md, which is made of the records.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE})
public @interface Key {
    String value();
}
