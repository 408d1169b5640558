import Configuration

/// Everything that a start reads its settings from.
package struct SettingsSources: Sendable {
    /// Key name → text, from the program's argument parser. The highest layer.
    package var flags: [String: String]

    /// The environment of the process.
    package var environment: [String: String]

    /// The folder of `.env`, and of relative paths.
    package var workingFolder: String

    /// The YAML file. The lowest layer.
    package var file: SettingsFile

    /// - Parameters:
    ///   - flags: key name → text; only flags that were given.
    ///   - environment: the environment of the process.
    ///   - workingFolder: the folder of `.env`, and of relative paths.
    ///   - file: the YAML file.
    package init(
        flags: [String: String] = [:], environment: [String: String] = [:], workingFolder: String,
        file: SettingsFile
    ) {
        self.flags = flags
        self.environment = environment
        self.workingFolder = workingFolder
        self.file = file
    }
}

extension Settings {
    /// Reads all layers, checks every value of every layer against the table, and takes the highest for each key:
    /// flags, then environment, then `.env`, then the YAML file, then the default.
    ///
    /// A wrong value stops the start even where a higher layer hides it: otherwise it would wait for the day when
    /// that layer goes.
    ///
    /// - Throws: ``SettingsError`` with every problem found.
    package static func load(_ table: SettingsTable, from sources: SettingsSources) throws(SettingsError) -> Settings {
        let layers = [
            SettingsLayer.flags(sources.flags, table: table),
            SettingsLayer.environment(sources.environment, table: table),
            SettingsLayer.dotEnv(in: sources.workingFolder, table: table),
            SettingsLayer.yaml(sources.file, in: sources.workingFolder, table: table),
        ]
        let problems = layers.flatMap(\.problems)
        guard problems.isEmpty else { throw SettingsError(problems: Array(problems.prefix(Limits.problems))) }

        // The reader gives the first layer that knows a key, and writes each access to the file that the variable
        // CONFIG_ACCESS_LOG_FILE names, with secrets left out.
        let reader = ConfigReader(providers: layers.map { $0.provider(for: table) })
        var values: [String: SettingValue] = [:]
        var origins: [String: SettingOrigin] = [:]
        for definition in table.definitions {
            values[definition.name] = definition.value(from: reader)
            origins[definition.name] = layers.lazy.compactMap { $0.entries[definition.name]?.origin }.first
        }
        return Settings(table: table, values: values, origins: origins)
    }
}

extension SettingsLayer {
    fileprivate func provider(for table: SettingsTable) -> InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, entry) in entries {
            guard let definition = table.byName[name] else { continue }
            let content: ConfigContent =
                switch (definition.kind.decode(entry.text), entry.text) {
                case (.textList(let texts), _), (_, .many(let texts)): .stringArray(texts)
                case (_, .one(let text)): .string(text)
                }
            values[AbsoluteConfigKey(ConfigKey(name))] = ConfigValue(content, isSecret: definition.isSecret)
        }
        return InMemoryProvider(name: self.name, values: values)
    }
}

extension SettingDefinition {
    /// The value of the highest layer that has the key. The layers hold checked texts only, so this always decodes.
    fileprivate func value(from reader: ConfigReader) -> SettingValue {
        let key = ConfigKey(name)
        let given: SettingText? =
            if case .textList = kind {
                reader.stringArray(forKey: key, isSecret: isSecret).map { .many($0) }
            } else {
                reader.string(forKey: key, isSecret: isSecret).map { .one($0) }
            }
        guard let given else { return defaultValue }
        guard let value = kind.decode(given) else {
            preconditionFailure("The text of \(name) passed the check of its layer but not this one.")
        }
        return value
    }
}
