/// Migration 2: what an admin sets of the branch and of queues beyond the first schema: hours and their exceptions,
/// names in other languages, language and data protection.
///
/// Lists are JSON text, since no query looks into them; what they hold is read strictly by the program.
enum Schema2 {
    static let statements = [
        "ALTER TABLE branch ADD COLUMN language TEXT NOT NULL DEFAULT 'en' CHECK (length(language) BETWEEN 1 AND 35)",
        "ALTER TABLE branch ADD COLUMN names INTEGER NOT NULL DEFAULT 1 CHECK (names IN (0, 1))",
        "ALTER TABLE branch ADD COLUMN purge_hours INTEGER CHECK (purge_hours BETWEEN 1 AND 720)",
        "ALTER TABLE branch ADD COLUMN hours TEXT CHECK (\(isNullOr("hours", "array")))",
        "ALTER TABLE branch ADD COLUMN exceptions TEXT NOT NULL DEFAULT '[]' CHECK (\(holds("exceptions", "array")))",
        "ALTER TABLE queues ADD COLUMN names TEXT CHECK (\(isNullOr("names", "object")))",
        "ALTER TABLE queues ADD COLUMN hours TEXT CHECK (\(isNullOr("hours", "array")))",
    ]

    private static func isNullOr(_ column: String, _ type: String) -> String {
        "\(column) IS NULL OR \(holds(column, type))"
    }

    /// `json_type` of what isn't JSON would be an error and no refusal.
    private static func holds(_ column: String, _ type: String) -> String {
        "CASE WHEN json_valid(\(column)) THEN json_type(\(column)) = '\(type)' ELSE 0 END"
    }
}
